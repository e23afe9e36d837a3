import Foundation
import JSON
import TestSupport
import Testing

/// What stands in a definition is checked, and told at its place; nothing of it is run, and nothing leads out of the
/// project.
@Suite struct DefinitionTests {
    /// A project with a stack of its own, a template, and a Terraform that begins nothing.
    private func withSmallProject(_ body: (TestProject) async throws -> Void) async throws {
        try await withProject { project in
            try project.write(
                "variable \"size\" {\n  default = \"\"\n}\n\nresource \"terraform_data\" \"only\" {\n  input = var.size\n}\n",
                to: "modules/app/main.tf")
            try project.writeStack("base")
            try project.wrapTerraform("test \"$1\" = version || exit 1")
            try await body(project)
        }
    }

    /// That nothing raw was shown, nothing crashed and nothing was made beside what is kept.
    private func expectHarmless(
        _ result: CommandResult, _ what: String, since before: Set<String>, in project: TestProject
    ) {
        #expect([0, 1, 3, 64].contains(result.exitCode), "\(what): \(result.description.prefix(2000))")
        #expect(rawControls(in: result.stdout + result.stderr) == [], "\(what): \(result.description.prefix(2000))")
        let made = project.everything.subtracting(before).subtracting(["fleet/stack.lock", "fleet/.stack"])
        #expect(made == [], "\(what)")
    }

    @Test(arguments: HostileField.all.map(\.field))
    func `a hostile name in a field of a stack is told at its line, or is data`(field: String) async throws {
        let field = try #require(HostileField.all.first { $0.field == field })
        try await withSmallProject { project in
            var lines: [String: (name: HostileName, line: Int)] = [:]
            for (index, name) in HostileName.texts.enumerated() {
                let (text, line) = field.document(stack: "s\(index)", name)
                lines["stacks/s\(index).yaml"] = (name, line)
                try project.write(text, to: "stacks/s\(index).yaml")
            }
            let before = project.everything
            let validated = try await project.stack("validate", "-o", "json")
            expectHarmless(validated, "validate", since: before, in: project)
            let problems = try (validated.json["diagnostics"]?.arrayValue ?? []).filter { $0["severity"] == "error" }
            let faulty = Set(problems.compactMap { $0["location"]?["file"]?.stringValue })
            if case .refused(let exceptions) = field.expectation {
                for (file, (name, line)) in lines {
                    #expect(faulty.contains(file) != exceptions.contains(name.name), "\(name.name)")
                    let places = problems.filter { $0["location"]?["file"]?.stringValue == file }
                    #expect(
                        places.isEmpty || places.contains { $0["location"]?["line"]?.integerValue == line },
                        "\(name.name): \(places.map(\.text))")
                }
            }
            expectHarmless(try await project.stack("list"), "list", since: before, in: project)
            for file in faulty { try project.remove(file) }
            let sound = project.everything
            for arguments in [["validate"], ["list", "-o", "yaml"], ["plan", "--all", "--lock-timeout", "60s"]] {
                let result = try await project.start(try TestProject.program, arguments).result()
                expectHarmless(result, "\(arguments)", since: sound, in: project)
            }
        }
    }
}
