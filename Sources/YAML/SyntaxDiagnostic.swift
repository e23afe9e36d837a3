import Diagnostics

/// What a person can do with one of libyaml's complaints; its own words where we know nothing better.
func syntaxDiagnostic(
    _ problem: SyntaxProblem, in text: SourceText, location: (Mark) -> SourceLocation
) -> Diagnostic {
    let place = location(problem.mark)
    if let tab = tabInIndentation(of: text, line: place.line), tab < place.column + 1 {
        let tabPlace = SourceLocation(file: place.file, line: place.line, column: tab)
        return .error("a tab cannot indent a line", at: tabPlace, hint: "use spaces")
    }
    let known = knownProblems[problem.message]
    var notes: [Diagnostic.Note] = []
    if let context = problem.context {
        let start = location(context.mark)
        if known?.pointsAtContext == true {
            return .error(known?.message ?? problem.message, at: start, hint: known?.hint)
        }
        if start.line != place.line {
            notes.append(.init("\(contextName(context.message)) begins here", at: start))
        }
    }
    return .error(
        known?.message ?? "the YAML is invalid: \(problem.message)", at: place, notes: notes, hint: known?.hint)
}

private struct KnownProblem {
    let message: String
    var hint: String?
    /// The mistake is where the construct begins, not where libyaml noticed it.
    var pointsAtContext = false
}

/// libyaml's messages (its scanner.c and parser.c) that a person meets often.
private let knownProblems: [String: KnownProblem] = [
    "mapping values are not allowed in this context": KnownProblem(
        message: "a second `: ` cannot stand here", hint: "quote the text if the colon belongs to it"),
    "could not find expected ':'": KnownProblem(
        message: "neither `key: value` nor an item of a list", hint: "a key needs a `:` and a space behind it"),
    "did not find expected key": KnownProblem(
        message: "the indentation fits none of the lines above", hint: "keys of one mapping begin in the same column"),
    "did not find expected '-' indicator": KnownProblem(
        message: "an item of the list above, or less indentation, is expected here"),
    "block sequence entries are not allowed in this context": KnownProblem(
        message: "an item of a list cannot begin here", hint: "begin the list on a line of its own"),
    "found character that cannot start any token": KnownProblem(
        message: "this character cannot begin a value", hint: "quote the text"),
    "found unexpected end of stream": KnownProblem(
        message: "the quote that begins here is never closed", pointsAtContext: true),
    "found unexpected document indicator": KnownProblem(
        message: "the quote that begins here is not closed before the next document", pointsAtContext: true),
    "did not find expected ',' or ']'": KnownProblem(message: "`,` or `]` is expected here"),
    "did not find expected ',' or '}'": KnownProblem(message: "`,` or `}` is expected here"),
    "found a tab character that violates indentation": KnownProblem(
        message: "a tab cannot indent a line", hint: "use spaces"),
    "found unknown escape character": KnownProblem(
        message: "this escape is unknown between double quotes",
        hint: "write `\\\\` for a backslash, or use single quotes"),
    "did not find expected <document start>": KnownProblem(
        message: "a new document must begin with `---`"),
]

/// `while parsing a block mapping` → `the block mapping`.
private func contextName(_ context: String) -> String {
    for beginning in ["while parsing a ", "while scanning a ", "while parsing an ", "while scanning an "]
    where context.hasPrefix(beginning) {
        return "the \(context.dropFirst(beginning.count))"
    }
    return "what is read"
}

/// The column of a tab among the blanks that a line begins with.
private func tabInIndentation(of text: SourceText, line: Int) -> Int? {
    guard let range = text.byteRange(ofLine: line) else { return nil }
    let indentation = text.bytes[range].prefix { $0 == 0x20 || $0 == 0x09 }
    return indentation.firstIndex(of: 0x09).map { $0 - range.lowerBound + 1 }
}
