import Definitions
import Diagnostics

/// What takes the place of a match, as Go writes it: `$1`, `${1}`, `$name` and `${name}` are groups, `$$` is a `$`.
struct GoReplacement {
    struct Result {
        let text: String
        let count: Int
    }

    private enum Part {
        case text(String)
        case group(String)
    }

    private let template: Located<String>
    private let parts: [Part]

    init(_ template: Located<String>) {
        self.template = template
        parts = Self.parts(of: template.value)
    }

    /// - Throws: where the expression is none, or a group is named that it does not have.
    func replacing(_ pattern: Located<String>, in text: String) throws -> Result {
        try replacingMatches(of: try regex(pattern), in: text) { match in
            try parts.map { part in
                switch part {
                case .text(let text): text
                case .group(let name): try group(name, of: match)
                }
            }.joined()
        }
    }

    private func group(_ name: String, of match: Regex<AnyRegexOutput>.Match) throws -> String {
        let element: AnyRegexOutput.Element? =
            if let number = Int(name) {
                match.output.indices.contains(number) ? match.output[number] : nil
            } else {
                match.output.first { $0.name == name }
            }
        guard let element else {
            let hint = name.first?.isNumber == true && Int(name) == nil
            throw Diagnostic.error(
                "the expression has no group `\(name)`", at: template.location,
                hint: hint ? "a group with text behind it is written in braces: `${1}text`" : nil)
        }
        return element.substring.map(String.init) ?? ""
    }

    private static func parts(of template: String) -> [Part] {
        var parts: [Part] = []
        var rest = template[...]
        while let sign = rest.firstIndex(of: "$") {
            parts.append(.text(String(rest[..<sign])))
            rest = rest[rest.index(after: sign)...]
            if rest.first == "$" {
                parts.append(.text("$"))
                rest.removeFirst()
            } else if rest.first == "{", let end = rest.firstIndex(of: "}"),
                isName(rest[..<end].dropFirst())
            {
                parts.append(.group(String(rest[..<end].dropFirst())))
                rest = rest[rest.index(after: end)...]
            } else {
                let name = rest.prefix { isName("\($0)") }
                parts.append(name.isEmpty ? .text("$") : .group(String(name)))
                rest = rest[name.endIndex...]
            }
        }
        return parts + [.text(String(rest))]
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

/// The expression that stands in a field.
func regex(_ pattern: Located<String>) throws(Diagnostic) -> Regex<AnyRegexOutput> {
    do {
        return try GoPattern(pattern.value).regex()
    } catch {
        throw .error("it is no regular expression: \(error.message)", at: pattern.location, hint: error.hint)
    }
}

/// All matches replaced from the left, as Go does it: an empty match right behind another match is none.
func replacingMatches(
    of regex: Regex<AnyRegexOutput>, in text: String,
    by replacement: (Regex<AnyRegexOutput>.Match) throws -> String
) throws -> GoReplacement.Result {
    var result = String.UnicodeScalarView()
    var position = text.startIndex
    var count = 0
    for match in text.matches(of: regex) {
        if match.range.isEmpty, count > 0, match.range.lowerBound == position { continue }
        result.append(contentsOf: text.unicodeScalars[position..<match.range.lowerBound])
        result.append(contentsOf: try replacement(match).unicodeScalars)
        position = match.range.upperBound
        count += 1
    }
    result.append(contentsOf: text.unicodeScalars[position...])
    return GoReplacement.Result(text: String(result), count: count)
}
