/// A version as semver.org 2.0.0 has it: `1.4.0`, `2.0.0-rc.1+build.7`.
///
/// Build metadata is kept for showing, and counts for nothing when versions are compared.
package struct SemanticVersion: Sendable {
    package let major: Int
    package let minor: Int
    package let patch: Int
    /// The dot-separated parts behind `-`.
    package let preRelease: [String]
    package let build: String?

    /// Nil when the text is no semantic version; all three numbers are wanted.
    package init?(_ text: String) {
        guard let parsed = PartialVersion(text), parsed.numbers.count == 3, !parsed.hadPrefix else { return nil }
        self.init(parsed)
    }

    init(_ partial: PartialVersion) {
        major = partial.number(0)
        minor = partial.number(1)
        patch = partial.number(2)
        preRelease = partial.preRelease
        build = partial.build
    }

    package var isPreRelease: Bool { !preRelease.isEmpty }

    var core: [Int] { [major, minor, patch] }
}

extension SemanticVersion: Comparable {
    package static func == (left: Self, right: Self) -> Bool {
        left.core == right.core && left.preRelease == right.preRelease
    }

    package static func < (left: Self, right: Self) -> Bool {
        if left.core != right.core { return left.core.lexicographicallyPrecedes(right.core) }
        switch (left.isPreRelease, right.isPreRelease) {
        case (true, false): return true
        case (false, _): return false
        case (true, true): return precedes(left.preRelease, right.preRelease)
        }
    }

    /// Numbers come before words and are compared as numbers; where one list is the other's beginning, it comes first.
    private static func precedes(_ left: [String], _ right: [String]) -> Bool {
        for (first, second) in zip(left, right) where first != second {
            switch (Int(first), Int(second)) {
            case (let first?, let second?): return first < second
            case (.some, nil): return true
            case (nil, .some): return false
            case (nil, nil): return first.utf8.lexicographicallyPrecedes(second.utf8)
            }
        }
        return left.count < right.count
    }
}

extension SemanticVersion: Hashable {
    package func hash(into hasher: inout Hasher) {
        hasher.combine(core)
        hasher.combine(preRelease)
    }
}

extension SemanticVersion: CustomStringConvertible {
    package var description: String {
        "\(major).\(minor).\(patch)" + (isPreRelease ? "-\(preRelease.joined(separator: "."))" : "")
            + (build.map { "+\($0)" } ?? "")
    }
}

/// A version of which the last numbers may be missing, as constraints have them: `1`, `1.4`, `1.4.0-rc.1`.
struct PartialVersion: Hashable {
    /// One to three.
    let numbers: [Int]
    let preRelease: [String]
    let build: String?
    /// A `v` in front, which Terraform allows.
    let hadPrefix: Bool

    init?(_ text: String) {
        var rest = Substring(text)
        hadPrefix = rest.first == "v"
        if hadPrefix { rest.removeFirst() }
        let buildParts = rest.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        build = buildParts.count == 2 ? String(buildParts[1]) : nil
        guard let withoutBuild = buildParts.first else { return nil }
        let parts = withoutBuild.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let core = parts.first else { return nil }
        let texts = core.split(separator: ".", omittingEmptySubsequences: false)
        numbers = texts.compactMap(Self.number)
        preRelease =
            parts.count == 2 ? parts[1].split(separator: ".", omittingEmptySubsequences: false).map(String.init) : []
        guard (1...3).contains(texts.count), numbers.count == texts.count, preRelease.allSatisfy(Self.isIdentifier),
            preRelease.allSatisfy({ !$0.allSatisfy(\.isNumber) || Self.number($0[...]) != nil }),
            build?.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
                .allSatisfy(Self.isIdentifier) != false
        else { return nil }
    }

    init(_ version: SemanticVersion) {
        numbers = version.core
        preRelease = version.preRelease
        build = version.build
        hadPrefix = false
    }

    func number(_ index: Int) -> Int { index < numbers.count ? numbers[index] : 0 }

    /// Digits without a leading zero.
    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text.count == 1 || text.first != "0" else {
            return nil
        }
        return Int(text)
    }

    private static func isIdentifier(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
}
