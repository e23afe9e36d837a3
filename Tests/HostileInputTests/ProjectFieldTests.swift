import Foundation
import JSON
import TestSupport
import Testing

/// The fields of a project and of a template, and the names of templates' folders.
@Suite struct ProjectFieldTests {
    /// A field, by the file that holds it and the text around the name.
    struct Field: Sendable, CustomTestStringConvertible {
        let file: String
        let text: String

        /// Below `spec` of `stack.yaml`.
        static func project(_ spec: String) -> Field {
            Field(file: "stack.yaml", text: "kind: Project\nmetadata: {name: fleet}\nspec:\n  \(spec)\n")
        }

        /// Beside the version in `spec` of a template.
        static func template(_ spec: String) -> Field {
            Field(
                file: "templates/app/template.yaml",
                text: "kind: StackTemplate\nmetadata: {name: app}\nspec:\n  version: 1.0.0\n  \(spec)\n")
        }

        var testDescription: String { "\(file): \(text.split(separator: "\n").last ?? "")" }
    }

    static let fields: [Field] = [
        Field(file: "stack.yaml", text: "kind: Project\nmetadata: {name: HERE}\n"), .project("stacks: [HERE]"),
        .project("templates: [HERE]"), .project("terraform: {binary: HERE}"), .project("terraform: {version: HERE}"),
        .project("terraform: {cliConfig: HERE}"), .project("parallelism: HERE"),
        .project("state: {encryption: {keyFile: HERE}}"),
        Field(
            file: "templates/app/template.yaml",
            text: "kind: StackTemplate\nmetadata: {name: HERE}\nspec: {version: 1.0.0}\n"),
        Field(
            file: "templates/app/template.yaml",
            text: "kind: StackTemplate\nmetadata: {name: app}\nspec: {version: HERE}\n"),
        .template("documentation: HERE"), .template("parameters: [{name: HERE, type: STRING, default: x}]"),
        .template("parameters: [{name: size, type: HERE, default: x}]"),
        .template("parameters: [{name: size, type: STRING, default: HERE}]"),
        .template("parameters: [{name: size, type: ENUM, values: [HERE], default: HERE}]"),
        .template("parameters: [{name: size, type: STRING, default: x, validation: {regex: HERE}}]"),
        .template(
            "parameters: [{name: size, type: STRING, default: x, condition: {field: HERE, operation: EQ, value: x}}]"),
        .template("defaults: {HERE: x}"), .template("cluster: {provider: HERE}"),
        .template("cluster: {outputs: {endpoint: HERE}}"), .template("upgrade: {controlPlaneVariable: HERE}"),
        .template("scaffold: [{source: HERE, destination: x}]"),
        .template("scaffold: [{source: x, destination: HERE}]"),
    ]

    /// A stack of a template, with a Terraform that begins nothing.
    private func writeTemplate(_ project: TestProject, folder: String = "app") throws {
        try project.write("variable \"size\" {\n  default = \"\"\n}\n", to: "templates/\(folder)/main.tf")
        try project.write(
            "apiVersion: stacks.fleet/v1alpha1\nkind: StackTemplate\nmetadata: {name: app}\nspec: {version: 1.0.0}\n",
            to: "templates/\(folder)/template.yaml")
        try project.write(
            "apiVersion: stacks.fleet/v1alpha1\nkind: InfrastructureStack\nmetadata: {name: dev}\nspec: {template: {name: app}}\n",
            to: "stacks/dev.yaml")
    }

    @Test(arguments: fields)
    func `a hostile name in a project or a template is refused at its place, or harmless`(field: Field) async throws {
        try await withProject { project in
            try writeTemplate(project)
            try project.script("bin/terraform", "test \"$1\" = version && echo '{\"terraform_version\": \"1.11.4\"}'\n")
            let path = ["PATH": "\(project.scratch)/bin:\(project.environment["PATH"] ?? "")"]
            for name in HostileName.texts {
                let text = field.text.replacingOccurrences(of: "HERE", with: name.quoted)
                try project.write("apiVersion: stacks.fleet/v1alpha1\n" + text, to: field.file)
                let before = project.everything
                for command in [["validate"], ["plan", "dev"]] {
                    let result = try await project.start(stack: command, environment: path).result()
                    let what = "\(name.name): \(result.description.prefix(1500))"
                    #expect([0, 1, 3, 64, 75].contains(result.exitCode), "\(what)")
                    #expect(rawControls(in: result.stdout + result.stderr) == [], "\(what)")
                    if result.exitCode != 0 { #expect(result.stderr.contains("error: "), "\(what)") }
                }
                let made = project.everything.subtracting(before).subtracting(["fleet/stack.lock", "fleet/.stack"])
                // A key is made where the project says, which may be outside.
                #expect(made.isEmpty || field.text.contains("keyFile") && made.count == 1, "\(name.name): \(made)")
                #expect(!made.contains { ($0 as NSString).lastPathComponent == HostileName.canary }, "\(name.name)")
                for path in made { try? project.remove("../\(path)") }
            }
        }
    }

    @Test func `a template's folder may have any name`() async throws {
        for name in HostileName.fileNames {
            try await withProject { project in
                try writeTemplate(project, folder: name.text)
                for command in [["validate"], ["show", "dev", "--explain"], ["plan", "dev"]] {
                    let result = try await project.start(stack: command).result()
                    #expect(result.exitCode == 0, "\(name.name): \(result.description)")
                    #expect(rawControls(in: result.stdout + result.stderr) == [], "\(name.name): \(result.description)")
                }
                #expect(!project.everything.contains { ($0 as NSString).lastPathComponent == HostileName.canary })
            }
        }
    }
}
