import Diagnostics
import ModuleInterface
import TestSupport
import Testing

@Suite struct VariableCheckTests {
    private let stack = SourceLocation(file: "stacks/dev.yaml", line: 4, column: 9)

    private func given(_ names: String...) -> [Located<String>] {
        names.enumerated().map { Located($1, at: SourceLocation(file: "stacks/dev.yaml", line: 10 + $0, column: 5)) }
    }

    private func interface() throws -> ModuleInterface {
        try module(
            """
            variable "region" {
              type        = string
              description = "AWS region\\nsecond line"
            }
            variable "nodes" {
              type = map(object({
                size = number
              }))
            }
            variable "node_count" { default = 1 }
            """)
    }

    @Test func `a complete set of variables has no problem`() throws {
        #expect(try interface().check(variables: given("region", "nodes"), stack: stack).isEmpty)
    }

    @Test func `an undeclared variable names the nearest declared one`() throws {
        let found = try interface().check(variables: given("region", "nodes", "node_cuont"), stack: stack)
        #expect(
            found.map(\.description) == [
                "stacks/dev.yaml:12:5: error: the module `.` declares no variable `node_cuont`"
            ])
        #expect(found.first?.hint == "did you mean `node_count`?")
    }

    @Test func `an undeclared variable can be a mere warning`() throws {
        let found = try interface().check(
            variables: given("region", "nodes", "zone"), stack: stack, undeclared: .warning)
        #expect(found.map(\.severity) == [.warning])
        #expect(found.first?.hint == "it declares `node_count`, `nodes`, `region`")
    }

    @Test func `a missing variable is told with its type and description`() throws {
        let found = try interface().check(variables: [], stack: stack)
        #expect(
            found.map(\.description) == [
                "stacks/dev.yaml:4:9: error: variable `nodes` is not set",
                "stacks/dev.yaml:4:9: error: variable `region` is not set",
            ])
        #expect(
            found.map { $0.notes.map(\.message) } == [
                ["`nodes` is of type `map(object({ size = number }))`"],
                ["`region` is of type `string`: AWS region"],
            ])
    }

    @Test func `a variable file beside the module sets its variables`() throws {
        let interface = try ModuleInterface.read(
            folder: "", in: MemoryTree(["main.tf": "variable \"x\" {}", "terraform.tfvars": "x = 1"]))
        #expect(interface.check(variables: [], stack: stack).isEmpty)
    }
}
