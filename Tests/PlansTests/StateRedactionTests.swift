import Foundation
import JSON
import Plans
import Secrets
import Testing

struct StateRedactionTests {
    /// A state with one object, `x.y`, in which paths of names and indexes are marked.
    private func state(_ attributes: JSONValue, marked paths: [[JSONValue]]) throws -> TerraformState {
        let steps = paths.map { path in
            JSONValue.array(
                path.map { key in
                    key.stringValue == nil
                        ? ["type": "index", "value": ["value": key, "type": "number"]]
                        : ["type": "get_attr", "value": key]
                })
        }
        let document: JSONValue = [
            "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l",
            "resources": [
                [
                    "mode": "managed", "type": "x", "name": "y",
                    "instances": [["attributes": attributes, "sensitive_attributes": .array(steps)]],
                ]
            ],
        ]
        return try TerraformState.decode(document.encoded())
    }

    private static let wrapped: JSONValue = [
        "id": "abcdef",
        "input": [
            "type": ["object", ["password": "string", "list": ["tuple", ["number", ["map", "string"]]]]],
            "value": ["password": "correct-horse", "list": [1, ["a": "battery-staple"]]],
        ],
    ]

    @Test func `a path goes through a dynamically typed value, which is shown as what it is`() throws {
        let state = try state(Self.wrapped, marked: [["input", "password"], ["input", "list", 1, "a"]])
        #expect(
            state.redactedAttributes(of: "x.y", with: SecretValues()) == [
                "id": "abcdef", "input": ["password": "(sensitive value)", "list": [1, ["a": "(sensitive value)"]]],
            ])
        #expect(state.sensitiveTexts == ["correct-horse", "battery-staple"])
    }

    @Test(
        arguments: [
            (["input", "passwort"], ["id": "abcdef", "input": "(sensitive value)"]),
            (
                ["input", "list", 2],
                ["id": "abcdef", "input": ["password": "correct-horse", "list": "(sensitive value)"]]
            ),
            (
                ["input", "list", "a"],
                ["id": "abcdef", "input": ["password": "correct-horse", "list": "(sensitive value)"]]
            ),
            (["inputs"], "(sensitive value)"),
            ([], "(sensitive value)"),
            (
                ["id", "x"],
                [
                    "id": "(sensitive value)",
                    "input": ["password": "correct-horse", "list": [1, ["a": "battery-staple"]]],
                ]
            ),
        ] as [([JSONValue], JSONValue)])
    func `where a path cannot be followed, the deepest value that it reaches is hidden whole`(
        path: [JSONValue], shown: JSONValue
    ) throws {
        let state = try state(Self.wrapped, marked: [path])
        #expect(state.redactedAttributes(of: "x.y", with: SecretValues()) == shown)
        // What is hidden is known as secret.
        let hidden = ["abcdef", "correct-horse", "battery-staple"].filter { !shown.text.contains($0) }
        #expect(state.sensitiveTexts.isSuperset(of: hidden))
    }

    @Test func `a value that is null stays so`() throws {
        let state = try state(["a": .null, "b": ["type": ["list", "string"], "value": .null]], marked: [["a", "c"]])
        #expect(state.redactedAttributes(of: "x.y", with: SecretValues()) == ["a": .null, "b": .null])
    }

    @Test(
        arguments: [
            ["type": "strong", "value": "text"], ["type": "string", "value": 1],
            ["type": "string", "value": "a", "x": 1],
            ["type": ["object", ["a": "string"]], "value": ["b": "text"]], ["type": ["list", "strong"], "value": []],
            ["type": ["tuple", ["string"]], "value": []], ["type": "dynamic", "value": "text"], ["value": "text"],
        ] as [JSONValue])
    func `what only looks like a dynamically typed value stays as it is, and a mark in it holds`(
        value: JSONValue
    ) throws {
        let open = try state(["input": value], marked: [])
        #expect(open.redactedAttributes(of: "x.y", with: SecretValues()) == ["input": value])
        let marked = try state(["input": value], marked: [["input", "b"]])
        #expect(marked.redactedAttributes(of: "x.y", with: SecretValues()) == ["input": "(sensitive value)"])
    }

    @Test func `an object with a type and a value, inside a dynamically typed value, is whole`() throws {
        let inner: JSONValue = ["type": "string", "value": "correct-horse"]
        let attributes: JSONValue = [
            "input": ["type": ["object", ["type": "string", "value": "string"]], "value": inner]
        ]
        let open = try state(attributes, marked: [])
        #expect(open.redactedAttributes(of: "x.y", with: SecretValues()) == ["input": inner])
        let marked = try state(attributes, marked: [["input", "value"]])
        #expect(
            marked.redactedAttributes(of: "x.y", with: SecretValues()) == [
                "input": ["type": "string", "value": "(sensitive value)"]
            ])
        #expect(marked.sensitiveTexts == ["correct-horse"])
    }

    @Test func `a known secret is hidden without a mark`() throws {
        var secrets = SecretValues()
        secrets.insert("battery-staple")
        let state = try state(Self.wrapped, marked: [["input", "password"]])
        #expect(
            state.redactedAttributes(of: "x.y", with: secrets) == [
                "id": "abcdef", "input": ["password": "(sensitive value)", "list": [1, ["a": "(sensitive)"]]],
            ])
    }
}
