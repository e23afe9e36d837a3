import FoundationEssentials

/// A regular expression as Go reads it (RE2), matched with Swift's.
///
/// Where the two read the same text in different ways it is translated (`.`, `$`, the classes of ASCII); what Go does not
/// know (look-around, back-references, atomic and possessive groups) is refused, so that an expression means here what it
/// means in Plural or is not used at all.
package struct GoPattern: Sendable {
    package let text: String
    private let translated: String

    package init(_ text: String) throws(SyntaxFault) {
        self.text = text
        var translation = GoPatternTranslation(text)
        translated = try translation.translate()
        _ = try Self.compile(translated, text)
    }

    /// `Regex` is not `Sendable`, so it is made where it is used.
    package func regex() throws(SyntaxFault) -> Regex<AnyRegexOutput> {
        try Self.compile(translated, text)
    }

    private static func compile(_ translated: String, _ text: String) throws(SyntaxFault) -> Regex<AnyRegexOutput> {
        do {
            return try Regex(translated).matchingSemantics(.unicodeScalar).asciiOnlyDigits().asciiOnlyWordCharacters()
                .asciiOnlyWhitespace().wordBoundaryKind(.simple)
        } catch {
            throw SyntaxFault("`\(text)`: \(error)")
        }
    }
}

/// Goes through an expression once.
private struct GoPatternTranslation {
    private let text: [Character]
    private var position = 0
    private var result = ""
    /// The flags of the groups around, the innermost last.
    private var flags: [(multiLine: Bool, dotAll: Bool)] = [(false, false)]

    init(_ text: String) {
        self.text = text.unicodeScalars.map(Character.init)
    }

    mutating func translate() throws(SyntaxFault) -> String {
        while position < text.count {
            let character = text[position]
            switch character {
            case "\\": try escape()
            case "[": characterClass()
            case "(": try group()
            case ")":
                if flags.count > 1 { flags.removeLast() }
                copy(1)
            case "." where !flags[flags.count - 1].dotAll: replace(1, by: "[^\\n]")
            case ".": replace(1, by: "[\\s\\S]")
            case "$" where !flags[flags.count - 1].multiLine: replace(1, by: "\\z")
            case "$": replace(1, by: "(?=\\n|\\z)")
            case "^" where flags[flags.count - 1].multiLine: replace(1, by: "(?m:^)")
            case "^": replace(1, by: "\\A")
            case "*", "+", "?", "}":
                copy(1)
                if position < text.count, text[position] == "+" {
                    throw SyntaxFault("possessive quantifiers such as `\(character)+` are not known to Go")
                }
            default: copy(1)
            }
        }
        return result
    }

    private mutating func copy(_ count: Int) {
        let end = min(text.count, position + count)
        result.append(contentsOf: text[position..<end])
        position = end
    }

    private mutating func replace(_ count: Int, by other: String) {
        result += other
        position += count
    }

    private mutating func escape() throws(SyntaxFault) {
        guard position + 1 < text.count else { throw SyntaxFault("`\(String(text))` ends in `\\`") }
        let next = text[position + 1]
        switch next {
        case "1"..."9": throw SyntaxFault("back-references such as `\\\(next)` are not known to Go")
        case "k", "g", "K", "G", "X", "R", "Z", "h", "H", "N", "O", "y", "Y":
            throw SyntaxFault("`\\\(next)` is not known to Go")
        case "Q":
            // The literal text goes to `\E` or the end.
            let start = position + 2
            let end = (start..<text.count).first { text[$0] == "\\" && $0 + 1 < text.count && text[$0 + 1] == "E" }
            for character in text[start..<(end ?? text.count)] {
                result += character.isLetter || character.isNumber ? String(character) : "\\\(character)"
            }
            position = end.map { $0 + 2 } ?? text.count
        default: copy(2)
        }
    }

    /// Copied as it stands: within brackets both read the same, but for set operations, which are taken for text by Go.
    private mutating func characterClass() {
        copy(1)
        if position < text.count, text[position] == "^" { copy(1) }
        if position < text.count, text[position] == "]" { replace(1, by: "\\]") }
        while position < text.count, text[position] != "]" {
            switch text[position] {
            case "\\": copy(2)
            case "[" where position + 1 < text.count && text[position + 1] == ":":
                while position < text.count, text[position] != "]" { copy(1) }
                copy(1)
            case "[", "&", "~": replace(1, by: "\\\(text[position])")
            default: copy(1)
            }
        }
        copy(1)
    }

    private mutating func group() throws(SyntaxFault) {
        let outer = flags[flags.count - 1]
        guard position + 2 < text.count, text[position + 1] == "?" else {
            flags.append(outer)
            copy(1)
            return
        }
        let rest = String(text[(position + 2)...])
        if rest.hasPrefix("P<") {
            flags.append(outer)
            replace(4, by: "(?<")
        } else if rest.hasPrefix("<=") || rest.hasPrefix("<!") || rest.hasPrefix("=") || rest.hasPrefix("!") {
            throw SyntaxFault("look-around such as `(?\(rest.prefix(1))…)` is not known to Go")
        } else if rest.hasPrefix("<") {
            flags.append(outer)
            copy(3)
        } else {
            try flagGroup(rest, outer)
        }
    }

    /// `(?i)`, `(?i:…)`, `(?:…)`, `(?s-m)`.
    private mutating func flagGroup(_ rest: String, _ outer: (multiLine: Bool, dotAll: Bool)) throws(SyntaxFault) {
        var inner = outer
        var isOn = true
        var ignoresCase: Bool?
        var count = 0
        loop: for character in rest {
            count += 1
            switch character {
            case "i": ignoresCase = isOn
            case "m": inner.multiLine = isOn
            case "s": inner.dotAll = isOn
            case "-": isOn = false
            case ":", ")": break loop
            case "U": throw SyntaxFault("the flag `U` is not carried out", hint: "write `*?` for `*` and so on")
            default: throw SyntaxFault("`(?\(character)` is not known to Go")
            }
        }
        let closes = rest.dropFirst(count - 1).first == ")"
        let written = ignoresCase.map { $0 ? "i" : "-i" } ?? ""
        position += 2 + count
        if closes {
            flags[flags.count - 1] = inner
            result += written.isEmpty ? "" : "(?\(written))"
        } else {
            flags.append(inner)
            result += "(?\(written):"
        }
    }
}
