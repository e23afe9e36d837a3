import Foundation
import JSON
import ModuleInterface
import TestSupport
import Testing

/// Every value for a variable of every type, once by us and once by the real `terraform`.
@Suite struct TypeFitOracleTests {
    private static let types = [
        "string", "number", "bool", "any", "list(string)", "list(number)", "set(number)", "set(bool)", "map(string)",
        "map(number)", "tuple([])", "tuple([string, number])", "tuple([bool, any])", "object({})",
        "object({ a = string })", "object({ a = optional(number), b = optional(bool, true) })",
        "object({ a = any, b = list(string) })", "list(object({ a = string }))", "map(object({ a = number }))",
        "map(list(string))", "list(map(bool))", "tuple([object({ a = number }), set(string)])", "list(any)", "set(any)",
        "map(any)", "list", "map",
    ]

    private static let values: [JSONValue] = [
        .null, true, false, 0, 1, .number(Decimal(1.5)), "", "text", "true", "True", "false", "0", "12", "-1.5", "+1",
        "1.",
        ".5", ".", "-", "1e5", "1E+5", "1p5", "1e", "0x10", "1_000", " 1", "Inf", "inf", "infinity", "NaN",
        "1e99999999999",
        [], [:], [1], ["a"], ["12"], [true], [.null], ["a", 1], ["a", "b"], [true, [1, "x"]], [1, true],
        [1, true, "x"],
        [1, .null], [true, .null], [[]], [[:]], [[1], ["a"]], [[1], [true, false]], [[1], []], [1, [:]], ["a", []],
        [["a": "b"]], [["a": 1], ["a": "2"]], [["a": 1], ["a": true]], [["a": 1], ["b": true]], [["a": 1], ["b": "x"]],
        [["a": 1, "b": true], [:]], [["a": 1], [1]], [["a": [1]], ["a": [1, 2]]], [["a": 1], ["1", 2]],
        [["a": true], [:]], [["a": "b"], 3], ["a": "b"], ["a": "1"], ["a": 1], ["a": true], ["a": .null], ["a": []],
        ["a": ["x", 1]], ["a": [:]], ["b": ["x"]], ["a": [:], "b": ["x"]], ["a": 1, "b": "true"], ["a": 1, "b": true],
        ["a": 1, "b": "x", "c": true], ["a": ["a": "7"], "k.x": ["a": 1, "z": []]], ["a": ["x": 1], "b": ["x": true]],
        ["a": ["x": 1], "b": ["y": "s"]], ["a": [1], "b": ["x", true]], ["a": [:], "b": []], ["a": 1, "b": []],
    ]

    @Test(arguments: types)
    func `we and Terraform agree on which values a variable of a type takes`(type: String) async throws {
        let given = Dictionary(uniqueKeysWithValues: Self.values.enumerated().map { ("v\($0)", $1) })
        let text = given.keys.map { "variable \"\($0)\" {\n  type = \(type)\n}\n" }.joined()
        let refused = try await refusedByTerraform(text, given)
        let variables = try module(text).variables
        let differing = given.filter { name, value in
            (variables[name]?.type.mismatch(of: value, named: name) != nil) != refused.contains(name)
        }
        #expect(differing.map { "\($1.text)\(refused.contains($0) ? "" : " not") refused by Terraform" } == [])
        // The values are such that each type but `any` takes some and refuses some.
        #expect(refused.isEmpty == (type == "any") && refused.count < given.count - 1)
    }

    /// The names of the variables that a plan refuses.
    private func refusedByTerraform(_ module: String, _ values: [String: JSONValue]) async throws -> Set<String> {
        try await withProject { project in
            try project.write(module, to: "main.tf")
            // On lines of their own: Terraform quotes the line with each mistake.
            let text = String(decoding: JSONValue.object(values).encoded(pretty: true), as: UTF8.self)
            try project.write(text, to: "values.tfvars.json")
            let result = try await project.run(
                "terraform", "plan", "-json", "-input=false", "-var-file=values.tfvars.json")
            let details = try result.jsonLines.compactMap { $0["diagnostic"]?["detail"]?.stringValue }
            let pattern = /not suitable for var\.(v[0-9]+) declared/
            return Set(try details.map { try String(#require($0.firstMatch(of: pattern)?.1, "\($0)")) })
        }
    }
}
