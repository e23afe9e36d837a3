import FoundationEssentials

/// The ways in which a secret text turns up in logs, plans and files, as byte patterns.
///
/// Base64 and percent-encoding are applied to JSON's spelling too, because that is how a password gets into a
/// `kubeconfig`, a `.dockerconfigjson` or a URL of a webhook.
struct SecretEncodings {
    /// Every form that is long enough to look for; without duplicates, in no order.
    let patterns: Set<[UInt8]>

    init(of value: String) {
        var patterns: Set<[UInt8]> = []
        for part in Self.parts(of: value) {
            for text in TextEscaping.forms(of: part) { patterns.insert(Array(text.utf8)) }
            for text in TextEscaping.carriedForms(of: part) {
                let bytes = Array(text.utf8)
                patterns.formUnion(PercentEncoding.forms(of: bytes))
                for fragment in Base64Fragments.forms(of: bytes) {
                    patterns.insert(fragment)
                    patterns.formUnion(PercentEncoding.forms(ofBase64: fragment))
                }
            }
            patterns.insert(Self.hexadecimal(Array(part.utf8), digits: Array("0123456789abcdef".utf8)))
            patterns.insert(Self.hexadecimal(Array(part.utf8), digits: Array("0123456789ABCDEF".utf8)))
        }
        self.patterns = patterns.filter { $0.count >= PatternIndex.prefixLength }
    }

    /// The whole value, the value without white space around it, and each of its lines that is long enough.
    private static func parts(of value: String) -> Set<String> {
        let lines = value.split(whereSeparator: \.isNewline).map(trimmed)
        return Set([value, trimmed(value[...])] + lines).filter { $0.count >= SecretValues.minimumLength }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    private static func hexadecimal(_ bytes: [UInt8], digits: [UInt8]) -> [UInt8] {
        bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }
}

/// Base64 of a text that may stand anywhere inside the encoded bytes.
enum Base64Fragments {
    /// The characters that do not depend on what surrounds the text, for each of the three positions that it can have
    /// in a group of three bytes, in both alphabets; whole and padded too, and cut as tools wrap it (64 and 76 columns).
    static func forms(of bytes: [UInt8]) -> Set<[UInt8]> {
        let whole = encoded(bytes)
        var forms: Set<[UInt8]> = [whole]
        for offset in 0..<3 { forms.insert(fragment(of: bytes, after: offset)) }
        for width in [64, 76] where whole.count > width {
            for start in stride(from: 0, to: whole.count, by: width) {
                forms.insert(Array(whole[start..<min(start + width, whole.count)]))
            }
        }
        return forms.union(forms.map(urlSafe)).filter { $0.count >= PatternIndex.prefixLength }
    }

    private static func fragment(of bytes: [UInt8], after offset: Int) -> [UInt8] {
        let characters = encoded(Array(repeating: 0, count: offset) + bytes)
        let start = (offset * 8 + 5) / 6
        let end = (offset + bytes.count) * 8 / 6
        return start < end ? Array(characters[start..<end]) : []
    }

    private static func encoded(_ bytes: [UInt8]) -> [UInt8] { Array(Data(bytes).base64EncodedData()) }

    private static func urlSafe(_ base64: [UInt8]) -> [UInt8] {
        base64.map { character in
            switch character {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: character
            }
        }
    }
}

/// Percent-encoding, of which every tool leaves another set of characters alone.
enum PercentEncoding {
    /// After letters and digits: RFC 3986 and Go's query, JavaScript's `encodeURIComponent`, Python's `quote`, Go's path
    /// segment, JavaScript's `encodeURI`, and curl's old one that leaves nothing alone.
    private static let untouched = ["-_.~", "-_.~!*'()", "-_.~/", "-_.~$&+:=@", "-_.~!*'();/?:@&=+$,#", ""]

    /// The encodings that differ from the text itself.
    static func forms(of bytes: [UInt8]) -> Set<[UInt8]> { forms(of: bytes, untouched: untouched) }

    /// The same for Base64, in which only `+`, `/` and `=` can differ.
    static func forms(ofBase64 bytes: [UInt8]) -> Set<[UInt8]> { forms(of: bytes, untouched: ["-_", "-_/"]) }

    private static func forms(of bytes: [UInt8], untouched: [String]) -> Set<[UInt8]> {
        guard bytes.contains(where: { !isAlphanumeric($0) }) else { return [] }
        var forms: Set<[UInt8]> = []
        for characters in untouched {
            let untouched = Set(characters.utf8)
            for digits in ["0123456789ABCDEF", "0123456789abcdef"] {
                for space in ["%20", "+"] {
                    forms.insert(
                        encode(bytes, untouched: untouched, digits: Array(digits.utf8), space: Array(space.utf8)))
                }
            }
        }
        forms.remove(bytes)
        return forms
    }

    private static func encode(_ bytes: [UInt8], untouched: Set<UInt8>, digits: [UInt8], space: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte in
            if isAlphanumeric(byte) || untouched.contains(byte) { return [byte] }
            if byte == UInt8(ascii: " ") { return space }
            return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
