import JSON
import ModuleInterface
import Testing

@Suite struct TypeFitTests {
    @Test(
        arguments: [
            ("string", [:], "`x` is an object, and a string is wanted"),
            ("string", [1], "`x` is a list, and a string is wanted"),
            ("number", true, "`x` is a boolean, and a number is wanted"),
            ("number", "ten", "`x` is a string that is no number, and a number is wanted"),
            ("bool", "True", "`x` is a string other than `true` and `false`, and a boolean is wanted"),
            ("bool", 1, "`x` is a number, and a boolean is wanted"),
            ("list(string)", "a", "`x` is a string, and a list is wanted"),
            ("list(string)", ["a", 1, [:]], "`x[2]` is an object, and a string is wanted"),
            ("set(number)", ["1", "b"], "`x[1]` is a string that is no number, and a number is wanted"),
            ("map(string)", ["a": "b", "k v": []], "`x[\"k v\"]` is a list, and a string is wanted"),
            ("map(string)", [], "`x` is a list, and a map is wanted"),
            ("tuple([string, number])", ["a"], "`x` has 1 element, and 2 elements are wanted"),
            ("tuple([string])", [], "`x` has 0 elements, and 1 element is wanted"),
            ("tuple([string, number])", "a", "`x` is a string, and a list with 2 elements is wanted"),
            ("object({ a = string })", [:], "`x` lacks the attribute `a`"),
            ("object({ a = string })", [], "`x` is a list, and an object is wanted"),
            (
                "map(object({ a = object({ b = list(number) }) }))", ["k": ["a": ["b": [1, false]]]],
                "`x[\"k\"].a.b[1]` is a boolean, and a number is wanted"
            ),
            ("list(any)", [1, true], "`x` has elements of different types, and a list of one type is wanted"),
            ("map(any)", ["a": 1, "b": []], "`x` has elements of different types, and a map of one type is wanted"),
        ] as [(String, JSONValue, String)])
    func `a value that does not fit is told by its place and by what is wanted`(
        type: String, value: JSONValue, expected: String
    ) throws {
        let variable = try #require(try module("variable \"x\" { type = \(type) }").variables["x"])
        #expect(variable.type.mismatch(of: value, named: "x") == expected)
    }

    @Test func `the phrase never holds the value`() {
        let types: [TypeExpression] = [
            .number, .bool, .list(.number), .set(.bool), .map(.number), .tuple([.bool, .bool]), .object([:]),
        ]
        for type in types {
            for value: JSONValue in ["hunter2", ["hunter2"], ["key": "hunter2"]] {
                #expect(type.mismatch(of: value, named: "x")?.contains("hunter2") != true)
            }
        }
    }

    @Test func `a type that is not understood takes anything`() {
        #expect(TypeExpression.unparsed("text").mismatch(of: [1, "a"], named: "x") == nil)
    }
}
