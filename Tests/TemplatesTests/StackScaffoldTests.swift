import Definitions
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Templates

@Suite struct StackScaffoldTests {
    private func files(
        _ spec: String, _ answers: [GivenAnswer], wanted: TemplateReference.Wanted = .newest, version: String = "1.2.3",
        more: [String: String] = [:]
    ) throws -> [String: String] {
        let tree = MemoryTree(more.merging(["templates/app/template.yaml": template(version, spec)]) { $1 })
        let loaded = loadProject(tree)
        try #require(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        let app = try #require(loaded.project.templates.first)
        let form = Form(app.parameters, clusters: [], given: answers)
        try #require(form.problems.isEmpty, "\(form.problems)")
        let proposed = try StackScaffold(of: app, wanted: wanted, name: "dev").files(
            form, in: loaded.project, over: tree)
        return Dictionary(
            uniqueKeysWithValues: proposed.changes.map {
                ($0.path, String(decoding: $0.after?.data ?? Data(), as: UTF8.self))
            })
    }

    private func problems(_ spec: String, more: [String: String]) -> [String] {
        do {
            return ["no problem: \(try files(spec, [], more: more))"]
        } catch {
            return (error as? DiagnosticList)?.diagnostics.map(\.description) ?? ["\(error)"]
        }
    }

    private let parameters = """
          parameters:
            - {name: region, type: STRING, documentation: "Where it runs\\n(a region)"}
            - {name: version, type: STRING, default: "1.30"}
            - {name: zones, type: JSON, optional: true}
            - {name: token, type: PASSWORD, optional: true}
        """

    @Test func `without files of its own a template gives a definition with the answers and no defaults`() throws {
        let made = try files(
            parameters,
            [
                GivenAnswer("zones", #"["a", "1"]"#), GivenAnswer("region", "1.30"),
                GivenAnswer("token", "fromEnv:TOKEN"),
            ])
        #expect(
            made == [
                "stacks/dev.yaml": """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                metadata:
                  name: dev
                spec:
                  template:
                    name: app
                    version: ~> 1.2
                  variables:
                    # Where it runs (a region)
                    region: "1.30"
                    zones:
                      - a
                      - "1"
                    token:
                      fromEnv: TOKEN

                """
            ])
    }

    @Test func `the definition follows the version, the range or the channel that was asked for`() throws {
        func version(_ wanted: TemplateReference.Wanted, _ version: String = "1.2.3") throws -> String? {
            try files("", [], wanted: wanted, version: version)["stacks/dev.yaml"]?
                .split(separator: "\n").last { !$0.isEmpty }.map(String.init)
        }
        #expect(try version(.newest) == "    version: ~> 1.2")
        #expect(try version(.newest, "2.0.0-rc.1") == "    version: 2.0.0-rc.1")
        #expect(try version(.range(VersionConstraint(">= 1, < 2"))) == #"    version: ">= 1, < 2""#)
        #expect(try version(.channel(.stable)) == "    channel: stable")
    }

    private let scaffold = """
          scaffold:
            - {source: files/stack.yaml, destination: "stacks/{{ context.region }}/{{ stack.name }}.yaml"}
            - {source: files/notes.md, destination: "docs/{{ context.name }}.md"}
        """

    @Test func `a template's own files are filled in with the answers and the name`() throws {
        let made = try files(
            parameters + "\n" + scaffold, [GivenAnswer("region", "eu")],
            more: [
                "templates/app/files/stack.yaml": "region: {{ context.region }}, version: {{ context.version }}\n",
                "templates/app/files/notes.md": "{% if context.zones %}zones{% else %}no zones{% endif %}\n",
            ])
        #expect(made == ["stacks/eu/dev.yaml": "region: eu, version: 1.30\n", "docs/dev.md": "no zones\n"])
    }

    @Test func `everything that is wrong in a template's files is told with its place`() {
        #expect(
            problems(
                scaffold,
                more: [
                    "templates/app/files/stack.yaml": "a\nb: {{ contxt.region }}\n",
                    "templates/app/files/notes.md": "fine\n\n{{ context.nmae }}{% endif %}\n",
                ]
            ) == [
                "templates/app/template.yaml:7:47: error: `context` has no `region`",
                "templates/app/files/notes.md:3:19: error: `endif` closes or continues nothing here",
            ])
    }
}
