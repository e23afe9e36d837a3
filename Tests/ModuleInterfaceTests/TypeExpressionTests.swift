import ModuleInterface
import Testing

@Suite struct TypeExpressionTests {
    @Test(
        arguments: [
            ("string", .string),
            ("any", .any),
            ("list(number)", .list(.number)),
            ("set(map(bool))", .set(.map(.bool))),
            ("tuple([string, list(any)])", .tuple([.string, .list(.any)])),
            ("tuple([])", .tuple([])),
            ("list", .list(.any)),
            ("map", .map(.any)),
            ("object({})", .object([:])),
            (
                "object({ a = string, b = optional(number, 1 + 1) })",
                .object(["a": .init(.string), "b": .init(.number, isOptional: true)])
            ),
            (
                "object({\n  a = string # why\n  b = object({ c = optional(any) })\n})",
                .object([
                    "a": .init(.string), "b": .init(.object(["c": .init(.any, isOptional: true)])),
                ])
            ),
            ("(string)", .string),
            ("text", .unparsed("text")),
            ("list(text)", .unparsed("list(text)")),
            ("list(string, number)", .unparsed("list(string, number)")),
            ("tuple(string)", .unparsed("tuple(string)")),
            ("optional(string)", .unparsed("optional(string)")),
        ] as [(String, TypeExpression)])
    func `a type constraint is read in both syntaxes`(text: String, expected: TypeExpression) throws {
        let native = try module("variable \"x\" {\n  type = \(text)\n}")
        #expect(native.variables["x"]?.type == expected)
        #expect(native.variables["x"]?.typeText == text)
        let quoted = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
        let json = try module("{\"variable\": {\"x\": {\"type\": \"\(quoted)\"}}}", file: "x.tf.json")
        #expect(json.variables["x"]?.type == expected)
        #expect(json.variables["x"]?.typeText == text)
    }

    @Test func `a variable without a type takes any`() throws {
        #expect(try module("variable \"x\" {}").variables["x"]?.type == .any)
    }
}
