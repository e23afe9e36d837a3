import Foundation
import JSON
import TestSupport
import Testing

@Suite struct ValidateTests {
    @Test func `the result comes as JSON, YAML and names`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("a")
            try project.writeAppStack("b")
            #expect(try await project.stack("validate", "-o", "json").json == ["stacks": 2, "diagnostics": []])
            expect(
                try await project.stack("validate", "-o", "yaml"), in: project,
                stdout: """
                    diagnostics: []
                    stacks: 2
                    """)
            expect(
                try await project.stack("validate", "-o", "name"), in: project, stdout: "a\nb",
                stderr: "Valid: 2 stacks, 0 templates.")
        }
    }

    @Test func `problems stand in the document, or beside the names`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("a")
            try project.writeStack("b", spec: "variables: {nodse: 1}")
            let yaml = try await project.stack("validate", "-o", "yaml")
            expect(yaml, in: project, exit: 1, stdout: nil)
            #expect(yaml.stdout.contains("  message: the module `modules/app` declares no variable `nodse`\n"))
            let names = try await project.stack("validate", "-o", "name")
            expect(names, in: project, exit: 1, stdout: "a\nb", stderr: nil)
            #expect(names.stderr.hasPrefix("stacks/b.yaml:6:22: error: "), "\(names.description)")
        }
    }

    @Test func `stacks are checked against their modules although others are wrong`() async throws {
        try await withProject { project in
            try project.writeRegion()
            try project.write(
                definition("InfrastructureStack", "a", "{path: modules/app, varaibles: {region: eu}}")
                    + "---\n" + definition("InfrastructureStack", "b", "{path: modules/app, variables: {regoin: eu}}"),
                to: "stacks/both.yaml")
            expect(
                try await project.stack("validate"), in: project, exit: 1,
                stderr: """
                    stacks/both.yaml:4:27: error: unknown field `varaibles` in `spec`; did you mean `variables`?
                      4 │ spec: {path: modules/app, varaibles: {region: eu}}
                        │                           ^^^^^^^^^

                    stacks/both.yaml:8:18: error: variable `region` is not set
                      8 │ metadata: {name: b}
                        │                  ^
                    modules/app/main.tf:1:1: note: `region` is of type `string`

                    hint: add it to `spec.variables`; the module `modules/app` gives it no default

                    stacks/both.yaml:9:47: error: the module `modules/app` declares no variable `regoin`
                      9 │ spec: {path: modules/app, variables: {regoin: eu}}
                        │                                               ^^

                    hint: did you mean `region`?

                    3 errors
                    """)
        }
    }

    /// The module wants a variable, which is not set in consequence of the mistake.
    @Test(arguments: [
        (spec: "{path: modules/missing}", mistake: "there is no folder `modules/missing` in the project"),
        (spec: "{template: {name: bukcet}}", mistake: "there is no template `bukcet`"),
        (spec: "{template: {name: bucket}}", mistake: "the template `bucket` needs the variable `region`"),
        (spec: "{path: modules/app, varaibles: {region: eu}}", mistake: "unknown field `varaibles` in `spec`"),
        (spec: "{path: modules/app, protect: true, protect: true}", mistake: "the key `protect` is given twice"),
    ])
    func `one mistake is told once`(spec: String, mistake: String) async throws {
        try await withProject { project in
            try project.writeRegion()
            try project.write(definition("InfrastructureStack", "dev", spec), to: "stacks/dev.yaml")
            try await project.expectOneMistake(mistake)
        }
    }

    @Test func `a mistake in a template, a base or a module is told once, however many stacks share it`() async throws {
        try await withProject { project in
            try project.writeRegion(template: "{version: 1.0.0, defualts: {region: eu}}")
            for name in ["a", "b"] {
                try project.write(
                    definition("InfrastructureStack", name, "{template: {name: bucket}}"), to: "stacks/\(name).yaml")
            }
            try await project.expectOneMistake("unknown field `defualts` in `spec`")
            try project.writeRegion()
            try project.write(
                "apiVersion: stacks.fleet/v1alpha1\nkind: InfrastructureStack\nspec: {varaibles: {region: eu}}\n",
                to: "stacks/base/eu.yaml")
            for name in ["a", "b"] {
                try project.write(
                    definition("InfrastructureStack", name, "{extends: [base/eu.yaml], path: modules/app}"),
                    to: "stacks/\(name).yaml")
            }
            try await project.expectOneMistake("unknown field `varaibles` in `spec`")
            try project.write("variable region {\n", to: "modules/app/main.tf")
            for name in ["a", "b"] { try project.writeStack(name) }
            try project.remove("stacks/base/eu.yaml")
            try await project.expectOneMistake("`{` is never closed")
        }
    }
}

extension TestProject {
    /// A module that wants a region, and the template `bucket` of the same.
    fileprivate func writeRegion(
        template: String = "{version: 1.0.0, parameters: [{name: region, type: STRING}]}"
    ) throws {
        for folder in ["modules/app", "templates/bucket"] {
            try write("variable \"region\" {\n  type = string\n}\n", to: "\(folder)/main.tf")
        }
        try write(definition("StackTemplate", "bucket", template), to: "templates/bucket/template.yaml")
    }

    fileprivate func expectOneMistake(
        _ mistake: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await stack("validate")
        let errors = result.stderr.components(separatedBy: "error: ").dropFirst()
        #expect(
            result.exitCode == 1 && errors.count == 1 && errors.first?.hasPrefix(mistake) == true,
            "\(result.description)", sourceLocation: sourceLocation)
    }
}
