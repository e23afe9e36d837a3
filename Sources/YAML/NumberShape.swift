import FoundationEssentials
import JSON

/// A plain scalar looked at as a number, by the grammars of YAML 1.1 and 1.2.
struct NumberShape {
    static let tooLarge = "the number cannot be kept exactly: it has more than 38 digits, or is too large"

    private let text: String
    private let sign: Substring
    /// What follows the sign.
    private let body: Substring

    init(_ text: String) {
        self.text = text
        self.sign = text.prefix { $0 == "+" || $0 == "-" }
        self.body = text.dropFirst(sign.count)
    }

    /// YAML 1.2's core schema; nil when the number cannot be kept exactly.
    var coreValue: JSONValue? {
        guard sign.count <= 1 else { return .string(text) }
        if sign.isEmpty, let digits = digits(after: "0x", radix: 16) { return integer(digits, radix: 16) }
        if sign.isEmpty, let digits = digits(after: "0o", radix: 8) { return integer(digits, radix: 8) }
        return isDecimal(body) ? decimal(text) : .string(text)
    }

    /// YAML 1.1 as Go's and so Kubernetes' decoder has it (no base 60); nil when the number cannot be kept exactly.
    var value11: JSONValue? {
        guard sign.count <= 1, body.first.map({ $0.isASCII && ($0.isNumber || $0 == ".") }) == true else {
            return .string(text)
        }
        let plain = NumberShape(text.replacing("_", with: ""))
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
            if let digits = plain.digits(after: prefix, radix: radix) { return plain.integer(digits, radix: radix) }
        }
        if plain.body.count > 1, plain.body.first == "0", plain.body.allSatisfy(isOctalDigit) {
            return plain.integer(plain.body, radix: 8)
        }
        return isDecimal(plain.body) ? decimal(plain.text) : .string(text)
    }

    /// What YAML 1.1 reads where 1.2 reads something else, in words; nil where both agree.
    var otherReading: String? {
        guard sign.count <= 1, let first = body.first, first.isASCII, first.isNumber || first == "." else { return nil }
        if let digits = digits(after: "0b", radix: 2, separators: true) { return words(digits, radix: 2) }
        if digits(after: "0o", radix: 8) != nil { return sign.isEmpty ? "text" : nil }
        if let digits = digits(after: "0x", radix: 16, separators: true) {
            return sign.isEmpty && !digits.contains("_") ? nil : words(digits, radix: 16)
        }
        if isBase60 { return "a number in base 60" }
        let plain = body.replacing("_", with: "")
        guard isDecimal(plain[...]) else { return nil }
        if body.first == "0", body.count > 1, body.dropFirst().allSatisfy({ isDigit($0) || $0 == "_" }) {
            return plain.allSatisfy(isOctalDigit) ? words(plain[...], radix: 8) : "text"
        }
        if body.contains("_") { return "the number \(sign)\(plain)" }
        return hasCoreOnlyExponent ? "text" : nil
    }

    /// 1.1 wants a point before, and a sign in, every exponent.
    private var hasCoreOnlyExponent: Bool {
        guard let exponent = body.firstIndex(where: { $0 == "e" || $0 == "E" }) else { return false }
        let next = body[body.index(after: exponent)...].first
        return !body[..<exponent].contains(".") || !(next == "+" || next == "-")
    }

    /// `1:30`, `190:20:30.15`.
    private var isBase60: Bool {
        let parts = body.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return false }
        let (lastWhole, fraction) = Self.halves(of: last)
        return first.first.map(isDigit) == true && first.allSatisfy { isDigit($0) || $0 == "_" }
            && (parts.dropFirst().dropLast() + [lastWhole]).allSatisfy(isSixtieth)
            && fraction.allSatisfy { isDigit($0) || $0 == "_" }
    }

    private static func halves(of part: Substring) -> (whole: Substring, fraction: Substring) {
        guard let point = part.firstIndex(of: ".") else { return (part, "") }
        return (part[..<point], part[part.index(after: point)...])
    }

    private func isSixtieth(_ part: Substring) -> Bool {
        (1...2).contains(part.count) && part.allSatisfy(isDigit) && Int(part).map { $0 < 60 } == true
    }

    private func digits(after prefix: String, radix: Int, separators: Bool = false) -> Substring? {
        guard body.hasPrefix(prefix), body.count > prefix.count else { return nil }
        let digits = body.dropFirst(prefix.count)
        let areDigits = digits.allSatisfy {
            ($0.isASCII && $0.hexDigitValue.map { $0 < radix } == true) || (separators && $0 == "_")
        }
        return areDigits ? digits : nil
    }

    private func integer(_ digits: Substring, radix: Int) -> JSONValue? {
        guard let magnitude = UInt128(digits, radix: radix) else { return nil }
        return decimal("\(sign)\(magnitude)")
    }

    private func words(_ digits: Substring, radix: Int) -> String {
        UInt128(digits.replacing("_", with: ""), radix: radix).map { "the number \(sign)\($0)" } ?? "a number"
    }

    private func decimal(_ text: String) -> JSONValue? {
        let significant = text.prefix { $0 != "e" && $0 != "E" }.filter(isDigit).drop { $0 == "0" }
        let kept = significant.reversed().drop { $0 == "0" }
        guard kept.count <= 38, let value = Decimal(string: text), !value.isNaN else { return nil }
        return .number(value)
    }
}

/// `12`, `1.`, `.5`, `1.5e-3`: the core schema's numbers without their sign.
private func isDecimal(_ body: Substring) -> Bool {
    var rest = body.utf8[...]
    func takeDigits() -> Int {
        let count = rest.prefix { (0x30...0x39).contains($0) }.count
        rest = rest.dropFirst(count)
        return count
    }
    var digits = takeDigits()
    if rest.first == UInt8(ascii: ".") {
        rest = rest.dropFirst()
        digits += takeDigits()
    }
    guard digits > 0 else { return false }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
        rest = rest.dropFirst()
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        guard takeDigits() > 0 else { return false }
    }
    return rest.isEmpty
}

private func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
private func isOctalDigit(_ character: Character) -> Bool { ("0"..."7").contains(character) }
