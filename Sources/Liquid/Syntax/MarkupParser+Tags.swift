import Diagnostics

/// The first line of a `for`.
struct LoopHead {
    let variable: String
    let subject: Node.Loop.Subject
    var offset: Expression?
    var limit: Expression?
    var isReversed = false
}

extension MarkupParser {
    private static let reserved: Set = ["true", "false", "nil", "null", "empty", "blank", "forloop"]

    /// The name that a tag gives a value.
    mutating func takeVariable() throws(Diagnostic) -> String {
        let token = try takeName("a name")
        let name = source.text(token.range)
        guard !Self.reserved.contains(name) else {
            throw .error("`\(name)` cannot be the name of a variable", at: source.location(token.range))
        }
        return name
    }

    /// Behind `when`: values with `,` or `or` between them.
    mutating func choices() throws(Diagnostic) -> [Expression] {
        var values = [try expression(allowingEmptiness: true)]
        while take(",") || takeWord("or") { values.append(try expression(allowingEmptiness: true)) }
        return values
    }

    /// Behind `for`: `item in list limit: 2 offset: 1 reversed`.
    mutating func loopHead() throws(Diagnostic) -> LoopHead {
        let variable = try takeVariable()
        guard takeWord("in") else { throw expected("`in`") }
        var head = LoopHead(variable: variable, subject: try loopSubject())
        while !isAtEnd {
            _ = take(",")
            if takeWord("reversed") {
                head.isReversed = true
            } else if takeWord("limit") {
                try require(":")
                head.limit = try expression()
            } else if takeWord("offset") {
                try require(":")
                head.offset = try expression()
            } else {
                throw expected("`limit:`, `offset:` or `reversed`")
            }
        }
        return head
    }

    private mutating func loopSubject() throws(Diagnostic) -> Node.Loop.Subject {
        guard take("(") else { return .list(try expression()) }
        let first = try expression()
        try require("..")
        let last = try expression()
        try require(")")
        return .range(first, last)
    }
}
