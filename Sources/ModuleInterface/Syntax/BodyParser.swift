import Diagnostics

/// Tokens → arguments and blocks, which may hold blocks in turn.
struct BodyParser {
    let source: SourceText

    /// - Throws: a diagnostic at the first place that is no argument and no block.
    static func parse(_ source: SourceText) throws(Diagnostic) -> Body {
        try BodyParser(source: source).body(try Tokenizer.tokens(of: source))
    }

    private func body(_ tokens: [Token]) throws(Diagnostic) -> Body {
        var body = Body()
        var rest = tokens[...]
        while let token = rest.popFirst() {
            if token.isNewline { continue }
            guard let name = token.identifier else {
                throw source.error("an argument or a block begins with its name", at: token.range)
            }
            if rest.first?.isSymbol("=") == true {
                let attribute = try attribute(name, at: token.range, &rest)
                if let first = body.attributes[name] {
                    throw duplicate(name, at: token.range, first: first.location)
                }
                body.attributes[name] = attribute
            } else {
                body.blocks.append(try block(name, at: token.range, &rest))
            }
        }
        return body
    }

    private func duplicate(_ name: String, at range: Range<Int>, first: SourceLocation) -> Diagnostic {
        var diagnostic = source.error("argument `\(name)` is set twice", at: range)
        diagnostic.notes = [.init("first set here", at: first)]
        return diagnostic
    }

    /// The equals sign is the first of `rest`; the expression ends with the line, or with the body.
    private func attribute(
        _ name: String, at range: Range<Int>, _ rest: inout ArraySlice<Token>
    ) throws(Diagnostic) -> Attribute {
        rest.removeFirst()
        let tokens = Array(rest.prefix { !$0.isNewline })
        rest = rest.dropFirst(tokens.count)
        guard let first = tokens.first, let last = tokens.last else {
            throw source.error("argument `\(name)` has no value on its line", at: range)
        }
        let whole = first.range.lowerBound..<last.range.upperBound
        let expression = Expression(
            text: source.text(whole), location: source.location(of: whole), tokens: tokens, shape: Shape(tokens))
        return Attribute(name: name, location: source.location(of: range), expression: expression)
    }

    private func block(
        _ type: String, at range: Range<Int>, _ rest: inout ArraySlice<Token>
    ) throws(Diagnostic) -> Block {
        var labels: [String] = []
        var end = range.upperBound
        while let token = rest.popFirst() {
            switch token.kind {
            case .identifier(let label):
                labels.append(label)
            case .template(let template):
                guard let label = template.literal else {
                    throw source.error("a label of a block is plain text", at: token.range)
                }
                labels.append(label)
            case .group(.brace, let tokens):
                return Block(
                    type: type, labels: labels, location: source.location(of: range.lowerBound..<end),
                    body: try body(tokens))
            default:
                throw missingContent(of: type, at: range.lowerBound..<end)
            }
            end = token.range.upperBound
        }
        throw missingContent(of: type, at: range.lowerBound..<end)
    }

    private func missingContent(of name: String, at range: Range<Int>) -> Diagnostic {
        source.error(
            "`\(name)` is neither an argument nor a block", at: range,
            hint: "an argument has `=` behind its name; a block has `{` on the line of its name")
    }
}
