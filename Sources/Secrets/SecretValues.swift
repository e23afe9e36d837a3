package import JSON

/// The secret values that a run knows, found again in any text in every encoding in which tools write them.
///
/// A value of fewer than ``minimumLength`` characters cannot be told from ordinary text: it is masked only where it is a
/// whole JSON string or number, and its name is kept in ``tooShort`` so that the caller can warn.
package struct SecretValues: Sendable {
    /// What stands in the place of a secret.
    package static let replacement = "(sensitive)"

    /// In characters; a shorter secret is not looked for inside text.
    package static let minimumLength = 6

    /// The names of values that are too short to be found in text, sorted.
    package var tooShort: [String] { shortNames.sorted() }

    /// Whether nothing was inserted.
    package var isEmpty: Bool { whole.isEmpty }

    /// Values that are secret when a JSON string or number is exactly that.
    private var whole: Set<String> = []
    private var shortNames: Set<String> = []
    private(set) var patterns = PatternIndex()

    package init() {}

    /// Adds one secret.
    ///
    /// - Parameter name: what a warning calls the value; nil when there is nothing to call it.
    package mutating func insert(_ value: String, named name: String? = nil) {
        guard !value.isEmpty else { return }
        let isNew = whole.insert(value).inserted
        guard value.count >= Self.minimumLength else {
            if let name { shortNames.insert(name) }
            return
        }
        guard isNew else { return }
        for pattern in SecretEncodings(of: value).patterns { patterns.insert(pattern) }
    }

    /// Adds every string and number inside a value; names of object fields are no secrets.
    package mutating func insert(json value: JSONValue, named name: String? = nil) {
        switch value {
        case .null, .bool: break
        case .number: insert(value.text, named: name)
        case .string(let text): insert(text, named: name)
        case .array(let elements): for element in elements { insert(json: element, named: name) }
        case .object(let fields): for field in fields.values { insert(json: field, named: name) }
        }
    }

    /// Adds the values of environment variables, each under the variable's name.
    package mutating func insert(environment: [String: String]) {
        for (name, value) in environment { insert(value, named: name) }
    }

    /// The values themselves, to be sealed: who takes over a dead run has to know what to mask.
    package var values: [String] { whole.sorted() }

    /// Adds everything that `other` knows.
    package mutating func formUnion(_ other: SecretValues) {
        whole.formUnion(other.whole)
        for pattern in other.patterns.all { patterns.insert(pattern) }
        shortNames.formUnion(other.shortNames)
    }
}

extension SecretValues {
    /// The text with every occurrence of a secret replaced; overlapping occurrences become one replacement.
    package func masked(_ text: String) -> String {
        guard !patterns.isEmpty else { return text }
        var text = text
        return text.withUTF8 { bytes in
            let matches = patterns.matches(in: bytes)
            guard !matches.isEmpty else { return nil }
            return String(decoding: Self.replacing(matches, in: bytes), as: UTF8.self)
        } ?? text
    }

    /// The value with every string, number and field name masked.
    ///
    /// Two field names that become equal keep both values: the later one in the order of the names gets a number.
    package func masked(_ value: JSONValue) -> JSONValue {
        guard !isEmpty else { return value }
        switch value {
        case .null, .bool: return value
        case .number: return isSecret(value.text) ? .string(Self.replacement) : value
        case .string(let text): return .string(isSecret(text) ? Self.replacement : masked(text))
        case .array(let elements): return .array(elements.map { masked($0) })
        case .object(let fields): return .object(masked(fields: fields))
        }
    }

    /// Those of the secrets that some text, number or field name in the value gives away.
    package func occurring(in value: JSONValue) -> SecretValues {
        var texts: Set<String> = []
        collect(from: value, into: &texts)
        var result = SecretValues()
        for secret in whole {
            var single = SecretValues()
            single.insert(secret)
            if texts.contains(where: single.isGivenAway) { result.formUnion(single) }
        }
        return result
    }

    private func collect(from value: JSONValue, into texts: inout Set<String>) {
        switch value {
        case .null, .bool: break
        case .number: if isSecret(value.text) { texts.insert(value.text) }
        case .string(let text): if isGivenAway(by: text) { texts.insert(text) }
        case .array(let elements): for element in elements { collect(from: element, into: &texts) }
        case .object(let fields):
            for (name, field) in fields {
                if isGivenAway(by: name) { texts.insert(name) }
                collect(from: field, into: &texts)
            }
        }
    }

    private func isGivenAway(by text: String) -> Bool {
        var text = text
        return isSecret(text) || text.withUTF8 { !patterns.matches(in: $0).isEmpty }
    }

    /// Whether the whole of `text` is a secret, short ones included.
    package func isSecret(_ text: String) -> Bool { whole.contains(text) }

    private func masked(fields: [String: JSONValue]) -> [String: JSONValue] {
        var result: [String: JSONValue] = [:]
        result.reserveCapacity(fields.count)
        var renamed: [(name: String, value: JSONValue)] = []
        for (name, value) in fields {
            let maskedName = masked(name)
            if maskedName == name {
                result[name] = masked(value)
            } else {
                renamed.append((name, masked(value)))
            }
        }
        for (name, value) in renamed.sorted(by: { $0.name < $1.name }) {
            let base = masked(name)
            var unique = base
            var number = 2
            while result[unique] != nil {
                unique = "\(base) \(number)"
                number += 1
            }
            result[unique] = value
        }
        return result
    }

    /// The bytes with each range of `matches` replaced; the ranges are sorted and disjoint.
    private static func replacing(_ matches: [Range<Int>], in bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = 0
        for match in matches {
            result.append(contentsOf: bytes[position..<match.lowerBound])
            result.append(contentsOf: replacement.utf8)
            position = match.upperBound
        }
        result.append(contentsOf: bytes[position...])
        return result
    }
}
