/// Reads a selector from left to right.
struct LabelSelectorParser {
    private let characters: [Character]
    private var index = 0

    init(_ text: String) {
        characters = Array(text)
    }

    /// What separates words, and so can be no part of a label's key.
    static func isSeparator(_ character: Character) -> Bool {
        "=!,()".contains(character) || character.isWhitespace
    }

    mutating func requirements() throws(LabelSelector.SyntaxError) -> [LabelSelector.Requirement] {
        var requirements = [try requirement()]
        while take(",") { requirements.append(try requirement()) }
        skipBlanks()
        if index < characters.count { throw error("`,` is expected here") }
        return requirements
    }

    private mutating func requirement() throws(LabelSelector.SyntaxError) -> LabelSelector.Requirement {
        if take("!") { return .isAbsent(key: try word("a label's name")) }
        let key = try word("a label's name")
        if take("!") {
            guard index < characters.count, characters[index] == "=" else { throw error("`=` is expected behind `!`") }
            index += 1
            return .isNoneOf(key: key, values: [try value()])
        }
        if take("=") {
            if index < characters.count, characters[index] == "=" { index += 1 }
            return .isOneOf(key: key, values: [try value()])
        }
        if takeWord("notin") { return .isNoneOf(key: key, values: try values()) }
        if takeWord("in") { return .isOneOf(key: key, values: try values()) }
        return .exists(key: key)
    }

    private mutating func values() throws(LabelSelector.SyntaxError) -> Set<String> {
        guard take("(") else { throw error("`(` is expected here") }
        var values: Set<String> = [try word("a value")]
        while take(",") { values.insert(try word("a value")) }
        guard take(")") else { throw error("`,` or `)` is expected here") }
        return values
    }

    /// The text behind `=` may be missing: `env=` asks for an empty value.
    private mutating func value() throws(LabelSelector.SyntaxError) -> String {
        skipBlanks()
        return index == characters.count || characters[index] == "," ? "" : try word("a value")
    }

    private mutating func word(_ what: String) throws(LabelSelector.SyntaxError) -> String {
        skipBlanks()
        let word = characters[index...].prefix { !Self.isSeparator($0) }
        guard !word.isEmpty else { throw error("\(what) is expected here") }
        index += word.count
        return String(word)
    }

    private mutating func take(_ character: Character) -> Bool {
        skipBlanks()
        guard index < characters.count, characters[index] == character else { return false }
        index += 1
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        skipBlanks()
        guard String(characters[index...].prefix { !Self.isSeparator($0) }) == word else { return false }
        index += word.count
        return true
    }

    private mutating func skipBlanks() {
        while index < characters.count, characters[index].isWhitespace { index += 1 }
    }

    private func error(_ message: String) -> LabelSelector.SyntaxError {
        LabelSelector.SyntaxError(message: message, column: index + 1)
    }
}
