import Foundation
import JSON
import TestSupport
import Testing

/// The commands that look at a project's own templates, and their golden tests.
@Suite struct TemplateCommandTests {
    private func writeTemplate(
        _ version: String, _ project: TestProject, parameters: String, main: String, folder: String? = nil
    ) throws {
        let folder = folder ?? "templates/app/\(version)"
        try project.write(
            """
            apiVersion: stacks.fleet/v1alpha1
            kind: StackTemplate
            metadata: {name: app}
            spec:
              version: \(version)
              documentation: An app.
              parameters:
            \(parameters)
            """, to: "\(folder)/template.yaml")
        try project.write(main, to: "\(folder)/main.tf")
    }

    private func variable(_ name: String) -> String { "variable \"\(name)\" {\n  type = string\n}\n" }

    private func withTwoVersions(_ body: (TestProject) async throws -> Void) async throws {
        try await withProject { project in
            try project.write("", to: "stack.yaml")
            let region = "  - {name: region, type: ENUM, values: [eu, us], documentation: Where it runs}\n"
            try writeTemplate(
                "1.0.0", project, parameters: region + "  - {name: nodes, type: INT, default: 3}\n",
                main: variable("region") + variable("nodes"))
            try writeTemplate(
                "1.1.0", project,
                parameters: region + "  - {name: nodes, type: INT, default: 5}\n"
                    + "  - {name: zone, type: STRING, optional: true}\n",
                main: variable("region") + variable("nodes")
                    + "variable \"zone\" {\n  type    = string\n  default = null\n}\n"
                    + "output \"zone\" {\n  value = var.region\n}\n")
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: TemplateChannels
                metadata: {name: app}
                spec: {rapid: 1.1.0, stable: 1.0.0}

                """, to: "templates/channels.yaml")
            try project.write(
                definition(
                    "InfrastructureStack", "dev", "{template: {name: app, channel: stable}, variables: {region: eu}}"),
                to: "stacks/dev.yaml")
            try await body(project)
        }
    }

    @Test func `templates are listed in every version, with their channels and stacks`() async throws {
        try await withTwoVersions { project in
            expect(
                try await project.stack("template", "list"), in: project,
                stdout: """
                    NAME  VERSION  CHANNELS  STACKS  PLACE                DOCUMENTATION
                    app   1.1.0    rapid     0       templates/app/1.1.0  An app.
                    app   1.0.0    stable    1       templates/app/1.0.0  An app.
                    """)
            expect(
                try await project.stack("template", "list", "-o", "name"), in: project, stdout: "app@1.1.0\napp@1.0.0")
        }
    }

    @Test func `a template is shown with its form, by version or channel`() async throws {
        try await withTwoVersions { project in
            let shown = try await project.stack("template", "show", "app@stable")
            expect(
                shown, in: project,
                stdout: shown.stdout.components(separatedBy: "\n\n")[0] + """


                    PARAMETER  TYPE  DEFAULT     ALLOWED  ABOUT
                    region     ENUM  (required)  eu, us   Where it runs
                    nodes      INT   3
                    """)
            #expect(
                shown.stdout.hasPrefix(
                    "Template  app 1.0.0\nAbout     An app.\nPlace     templates/app/1.0.0\nDigest    sha256:"))
            let json = try await project.stack("template", "show", "app", "-o", "json").json
            #expect(json["version"] == "1.1.0")
            #expect(json["outputs"] == ["zone"])
            expect(
                try await project.stack("template", "show", "ap"), in: project, exit: 64,
                stderr: "error: there is no template `ap`\n\nhint: Did you mean `app`?")
            expect(
                try await project.stack("template", "show", "app@~> 2.0"), in: project, exit: 64,
                stderr: "error: there is no template `app ~> 2.0`\n\nhint: There is `1.1.0`, `1.0.0`")
        }
    }

    @Test func `what an upgrade brings is told by parameters, outputs and files`() async throws {
        try await withTwoVersions { project in
            expect(
                try await project.stack("template", "diff", "app@stable", "rapid"), in: project,
                stdout: """
                    app 1.0.0 → 1.1.0

                    Parameters
                      ~ nodes  default 3 → 5
                      + zone  type STRING; required no

                    Outputs
                      + zone  sensitive no

                    Files
                      ~ main.tf  +7 −0
                      ~ template.yaml  +3 −2
                    """)
            expect(
                try await project.stack("template", "outdated"), in: project,
                stdout: """
                    STACK  TEMPLATE  WANTED  CURRENT  ALLOWED  NEWEST
                    dev    app       stable  1.0.0    1.0.0    1.1.0
                    """)
        }
    }

    @Test func `a form that does not fit its module is an error of a check, and of every plan`() async throws {
        try await withTwoVersions { project in
            try project.replace("variable \"nodes\"", with: "variable \"node\"", in: "templates/app/1.0.0/main.tf")
            let message =
                "templates/app/1.0.0/template.yaml:9:12: error: the parameter `nodes` has no variable in the module"
            let check = try await project.stack("template", "check", "app@1.0.0")
            #expect(check.exitCode == 1)
            #expect(check.stderr.contains(message), "\(check.description)")
            #expect(check.stderr.contains("the variable `node` has no default, and no parameter asks for it"))
            let plan = try await project.stack("plan", "dev")
            #expect(plan.exitCode == 1)
            #expect(plan.stderr.contains(message), "\(plan.description)")
            #expect(plan.stderr.contains("variable `node` is not set"), "\(plan.description)")
            #expect(try await project.stack("template", "check", "app@1.1.0").exitCode == 0)
        }
    }

    @Test func `a golden test fails with the difference when the scaffold or the plan changes`() async throws {
        try await withTwoVersions { project in
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: TemplateTest
                metadata: {name: eu}
                spec: {stack: demo, answers: {region: eu}}

                """, to: "templates/app/1.1.0/tests/eu.yaml")
            let kept = try await project.stack("template", "test", "--update")
            #expect(kept.exitCode == 0, "\(kept.description)")
            #expect(try project.read("templates/app/1.1.0/tests/eu/plan.txt") == "output zone\n")
            expect(try await project.stack("template", "test"), in: project, stderr: "passed   app 1.1.0: eu")
            // Nothing to make is a plan as well.
            try project.write(
                definition("TemplateTest", "none", "{stack: demo, answers: {region: us}}"),
                to: "templates/app/1.0.0/tests/none.yaml")
            #expect(try await project.stack("template", "test", "app@1.0.0", "--update").exitCode == 0)
            #expect(try project.read("templates/app/1.0.0/tests/none/plan.txt") == "")
            try project.remove("templates/app/1.0.0/tests")

            try project.replace(
                "output \"zone\"", with: "resource \"terraform_data\" \"more\" {}\n\noutput \"zone\"",
                in: "templates/app/1.1.0/main.tf")
            let failed = try await project.stack("template", "test")
            #expect(failed.exitCode == 1)
            #expect(failed.stdout.contains("+create terraform_data.more\n"), "\(failed.description)")
            #expect(failed.stderr.contains("failed   app 1.1.0: eu"), "\(failed.description)")
            #expect(try project.read("templates/app/1.1.0/tests/eu/plan.txt") == "output zone\n")

            try project.replace("region: eu", with: "region: asia", in: "templates/app/1.1.0/tests/eu.yaml")
            let wrong = try await project.stack("template", "test")
            #expect(wrong.exitCode == 1)
            #expect(wrong.stderr.contains("asia") && wrong.stderr.contains("`eu`, `us`"), "\(wrong.description)")
        }
    }
}
