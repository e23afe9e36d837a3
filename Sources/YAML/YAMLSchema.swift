import JSON

/// How plain scalars are typed.
package enum YAMLSchema: Hashable, Sendable {
    /// YAML 1.2's core schema. What YAML 1.1 would read as something else is refused (`yes`, `012`, `1_000`, `1:30`).
    /// Only `y` and `n` are text without a word: the standard has them as booleans, most of its readers never had.
    case core12
    /// YAML 1.1 as Kubernetes' tools read it: `yes` is true, `012` is ten, `1_000` a thousand;
    /// `1:30` and dates are text.
    case yaml11
}

/// What a schema makes of a plain scalar.
enum PlainReading: Equatable {
    case value(JSONValue)
    /// The two versions of YAML disagree; both readings in words.
    case ambiguous(core: JSONValue, other: String)
    /// Infinities, not-a-numbers, and numbers with more digits than can be kept.
    case unsupported(String)
}

extension YAMLSchema {
    /// The value of a plain scalar without a tag.
    func read(plain text: String) -> PlainReading {
        guard let first = text.utf8.first else { return .value(.null) }
        guard Self.beginsSpecially(first) else { return .value(.string(text)) }
        if ScalarWords.null.contains(text) { return .value(.null) }
        if ScalarWords.true.contains(text) { return .value(.bool(true)) }
        if ScalarWords.false.contains(text) { return .value(.bool(false)) }
        if ScalarWords.notFinite.contains(text) { return .unsupported("`\(text)` is no number that Terraform has") }
        switch self {
        case .core12: return readCore(text)
        case .yaml11: return read11(text)
        }
    }

    private static func beginsSpecially(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: "~nNtTfFyYoO".utf8.contains(byte)
        }
    }

    private func readCore(_ text: String) -> PlainReading {
        if let value = ScalarWords.only11[text], text.count > 1 {
            return .ambiguous(core: .string(text), other: "\(value)")
        }
        let shape = NumberShape(text)
        guard let value = shape.coreValue else { return .unsupported(NumberShape.tooLarge) }
        if let other = shape.otherReading { return .ambiguous(core: value, other: other) }
        return .value(value)
    }

    private func read11(_ text: String) -> PlainReading {
        if let value = ScalarWords.only11[text] { return .value(.bool(value)) }
        guard let value = NumberShape(text).value11 else { return .unsupported(NumberShape.tooLarge) }
        return .value(value)
    }
}

/// The words that plain scalars are compared with.
enum ScalarWords {
    static let null: Set<String> = ["", "~", "null", "Null", "NULL"]
    static let `true`: Set<String> = ["true", "True", "TRUE"]
    static let `false`: Set<String> = ["false", "False", "FALSE"]
    static let notFinite: Set<String> = [
        ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN",
    ]
    /// Booleans of YAML 1.1 that are text in 1.2.
    static let only11: [String: Bool] = [
        "y": true, "Y": true, "yes": true, "Yes": true, "YES": true, "on": true, "On": true, "ON": true,
        "n": false, "N": false, "no": false, "No": false, "NO": false, "off": false, "Off": false, "OFF": false,
    ]
}
