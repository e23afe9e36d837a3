import JSON
import TestSupport
import Testing

@Suite struct ShowTests {
    @Test func `show explains where each value comes from`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                spec:
                  variables: {size: small}
                """, to: "stacks/base/small.yaml")
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                metadata: {name: dev}
                spec:
                  extends: [base/small.yaml]
                  path: modules/app
                """, to: "stacks/dev.yaml")
            let result = try await project.stack("show", "dev", "--explain")
            #expect(result.exitCode == 0, "\(result.description)")
            #expect(
                result.lines.contains {
                    $0.hasPrefix("spec.variables.size  ") && $0.hasSuffix("stacks/base/small.yaml:4:21")
                }, "\(result.description)")
            #expect(try await project.stack("show", "dev", "--rendered").stdout.contains("    size: small\n"))
            #expect(try await project.stack("show", "dev", "--rendered", "--explain").exitCode == 64)
        }
    }

    @Test func `variables that only the template sets are explained with their places`() async throws {
        try await withProject { project in
            try project.writeBucket()
            expect(
                try await project.stack("show", "dev", "--explain"), in: project,
                stdout: """
                    PATH                   VALUE                   FROM
                    apiVersion             stacks.fleet/v1alpha1   stacks/dev.yaml:1:13
                    kind                   InfrastructureStack     stacks/dev.yaml:2:7
                    metadata.name          dev                     stacks/dev.yaml:3:18
                    spec.template.name     bucket                  stacks/dev.yaml:5:20
                    spec.variables.region  eu                      stacks/dev.yaml:6:23
                    spec.variables.size    3                       templates/bucket/template.yaml:10:40
                    spec.variables.tags    {"managed-by":"stack"}  templates/bucket/template.yaml:12:11
                    """)
        }
    }

    @Test func `the explanation comes as JSON and YAML too`() async throws {
        try await withProject { project in
            try project.writeBucket()
            let json = try await project.stack("show", "dev", "--explain", "-o", "json").json
            #expect(json["name"] == "dev")
            let size: JSONValue = [
                "path": "spec.variables.size", "value": 3, "location": "templates/bucket/template.yaml:10:40",
            ]
            #expect(json["values"]?.arrayValue?.contains(size) == true, "\(json.text)")
            #expect(try await project.stack("show", "dev", "-o", "json").json == json)
            let yaml = try await project.stack("show", "dev", "--explain", "-o", "yaml").stdout
            #expect(yaml.contains("- location: templates/bucket/template.yaml:10:40\n"), "\(yaml)")
            expect(try await project.stack("show", "dev", "--explain", "-o", "name"), in: project, stdout: "dev")
        }
    }
}

extension TestProject {
    /// A template with a default and parameters, and the stack `dev`, which sets one of them.
    fileprivate func writeBucket() throws {
        try write(
            """
            apiVersion: stacks.fleet/v1alpha1
            kind: StackTemplate
            metadata: {name: bucket}
            spec:
              version: 1.0.0
              parameters:
                - {name: region, type: STRING, default: us}
                - {name: comment, type: STRING, optional: true}
                # Asked for only in Europe.
                - {name: size, type: INT, default: 3, condition: {field: region, operation: EQ, value: eu}}
              defaults:
                tags: {managed-by: stack}
            """, to: "templates/bucket/template.yaml")
        try write(
            """
            apiVersion: stacks.fleet/v1alpha1
            kind: InfrastructureStack
            metadata: {name: dev}
            spec:
              template: {name: bucket}
              variables: {region: eu}
            """, to: "stacks/dev.yaml")
    }
}
