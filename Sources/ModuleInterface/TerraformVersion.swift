/// The version of a Terraform or OpenTofu binary, or one that a constraint names.
///
/// Ordered as semantic versions: `1.6.0-beta1` comes before `1.6.0`; build metadata is not compared.
package struct TerraformVersion: Sendable {
    package let major: Int
    package let minor: Int
    package let patch: Int
    /// What follows the hyphen: `beta1`.
    package let prerelease: String?
    /// What follows the plus sign.
    package let metadata: String?

    package init(_ major: Int, _ minor: Int, _ patch: Int, prerelease: String? = nil, metadata: String? = nil) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.prerelease = prerelease
        self.metadata = metadata
    }

    /// Without what marks a pre-release: what `required_version` is compared with.
    package var core: TerraformVersion { TerraformVersion(major, minor, patch) }
}

extension TerraformVersion: LosslessStringConvertible {
    /// `1.11.4`, `1.6.0-beta1`; a missing part is 0, and a `v` may lead.
    package init?(_ description: String) {
        guard let parsed = ParsedVersion(description) else { return nil }
        self = parsed.version
    }

    package var description: String {
        "\(major).\(minor).\(patch)" + (prerelease.map { "-\($0)" } ?? "") + (metadata.map { "+\($0)" } ?? "")
    }
}

extension TerraformVersion: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let version = TerraformVersion(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "`\(text)` is no version")
        }
        self = version
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension TerraformVersion: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        left.numbers == right.numbers && left.prerelease == right.prerelease
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(numbers)
        hasher.combine(prerelease)
    }
}

extension TerraformVersion: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        switch (left.prerelease, right.prerelease) {
        case (let first?, let second?): return precedes(first, second)
        case (.some, nil): return true
        case (nil, _): return false
        }
    }

    var numbers: [Int] { [major, minor, patch] }

    /// Semantic Versioning 2.0.0, item 11: identifiers one by one, numbers before words, fewer before more.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        let (first, second) = (left.split(separator: "."), right.split(separator: "."))
        for (one, other) in zip(first, second) where one != other {
            switch (Int(one), Int(other)) {
            case (let one?, let other?): return one < other
            case (.some, nil): return true
            case (nil, .some): return false
            case (nil, nil): return one < other
            }
        }
        return first.count < second.count
    }
}

/// A version as it is written: the pessimistic operator looks at how many parts there are.
struct ParsedVersion: Hashable, Sendable {
    let version: TerraformVersion
    /// From 1 to 3.
    let partCount: Int

    init?(_ text: String) {
        var rest = text.hasPrefix("v") ? text.dropFirst() : text[...]
        let metadata = Self.cut(&rest, at: "+")
        let prerelease = Self.cut(&rest, at: "-")
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in part.allSatisfy(\.isASCIIDigit) ? Int(part) : nil }
        guard (1...3).contains(parts.count), numbers.count == parts.count, metadata.isValid, prerelease.isValid else {
            return nil
        }
        let padded = numbers + [0, 0]
        version = TerraformVersion(
            padded[0], padded[1], padded[2], prerelease: prerelease.text, metadata: metadata.text)
        partCount = parts.count
    }

    /// Takes what follows `separator` off the text; an empty part or a foreign character makes it invalid.
    private static func cut(_ text: inout Substring, at separator: Character) -> (text: String?, isValid: Bool) {
        guard let index = text.firstIndex(of: separator) else { return (nil, true) }
        let part = text[text.index(after: index)...]
        text = text[..<index]
        let isValid = part.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { identifier in
            !identifier.isEmpty && identifier.allSatisfy { $0.isASCIIDigit || $0 == "-" || ($0.isASCII && $0.isLetter) }
        }
        return (String(part), isValid)
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
