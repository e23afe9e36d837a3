import JSON
import TestSupport
import Testing

/// Modules that bring something of their own which would make two stacks share a state.
@Suite struct ForeignBackendTests {
    static let backends = [
        "s3":
            "terraform {\n  backend \"s3\" {\n    bucket = \"b\"\n    key = \"k\"\n    region = \"eu-west-1\"\n  }\n}\n",
        "cloud":
            "terraform {\n  cloud {\n    organization = \"o\"\n    workspaces {\n      name = \"w\"\n    }\n  }\n}\n",
    ]

    private let resource = "resource \"terraform_data\" \"a\" {\n  input = 1\n}\n"

    private func applyTwoStacks(_ project: TestProject) async throws {
        for name in ["one", "two"] {
            try project.writeStack(name)
            let applied = try await project.stack("apply", name, "--new", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
        }
        let (one, two) = (try await project.state(of: "one"), try await project.state(of: "two"))
        #expect(one["lineage"] != two["lineage"])
        for name in ["one", "two"] {
            #expect(try await project.addresses(of: name) == ["terraform_data.a"])
            let again = try await project.stack("plan", name, "--detailed-exitcode")
            #expect(again.exitCode == 0, "\(again.description)")
        }
    }

    @Test(arguments: ["s3", "cloud"])
    func `a module's own backend is not used`(kind: String) async throws {
        try await withProject { project in
            try project.write(resource, to: "modules/app/main.tf")
            try project.write(Self.backends[kind] ?? "", to: "modules/app/backend.tf")
            try await applyTwoStacks(project)
        }
    }

    @Test func `an override file of the module's own that names a backend is not used`() async throws {
        try await withProject { project in
            try project.write(resource, to: "modules/app/main.tf")
            try project.write(
                "terraform {\n  backend \"local\" {\n    path = \"\(project.scratch)/shared.tfstate\"\n  }\n}\n",
                to: "modules/app/z_override.tf")
            try await applyTwoStacks(project)
            #expect(!project.exists(project.scratch + "/shared.tfstate"))
        }
    }

    @Test func `a stray state, workspace choice and plan in the module's folder are not adopted`() async throws {
        try await withProject { project in
            try project.write(resource, to: "modules/app/main.tf")
            let stray: JSONValue = [
                "version": 4, "terraform_version": "1.11.4", "serial": 41, "lineage": "stray", "outputs": [:],
                "resources": [
                    [
                        "mode": "managed", "type": "terraform_data", "name": "stray",
                        "provider": "provider[\"terraform.io/builtin/terraform\"]",
                        "instances": [["schema_version": 0, "attributes": ["id": "stray"]]],
                    ]
                ],
            ]
            for file in [
                "terraform.tfstate", "terraform.tfstate.backup", "errored.tfstate",
                "terraform.tfstate.d/other/terraform.tfstate",
            ] { try project.write(stray.text, to: "modules/app/\(file)") }
            try project.write("other", to: "modules/app/.terraform/environment")
            try await applyTwoStacks(project)
            #expect(try project.read("modules/app/terraform.tfstate") == stray.text)
        }
    }

    @Test func `a module outside the root comes along`() async throws {
        try await withProject { project in
            try project.write(
                "module \"m\" {\n  source = \"../../../modules/m\"\n}\n", to: "live/eu/app/main.tf")
            try project.write(resource, to: "modules/m/main.tf")
            try project.writeStack("one", module: "live/eu/app")
            let applied = try await project.stack("apply", "one", "--new", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(try await project.addresses(of: "one") == ["module.m.terraform_data.a"])
        }
    }

    @Test func `a module that uses where it runs plans to nothing the second time`() async throws {
        try await withProject { project in
            try project.write(
                """
                resource "terraform_data" "a" {
                  input = [path.cwd, abspath("x"), path.module, path.root]
                }

                """, to: "modules/app/main.tf")
            try project.writeStack("one")
            let applied = try await project.stack("apply", "one", "--new", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
            // Side by side too: each waits for the one place.
            let plans = try (0..<3).map { _ in try project.start("plan", "one", "--detailed-exitcode") }
            for plan in plans {
                let result = try await plan.result()
                #expect(result.exitCode == 0, "\(result.description)")
            }
        }
    }

    @Test func `something that chooses another workspace is an error that keeps the evidence`() async throws {
        try await withProject { project in
            try project.write(
                """
                resource "terraform_data" "a" {
                  provisioner "local-exec" {
                    command = "mkdir -p terraform.tfstate.d/other && echo other > .terraform/environment"
                  }
                }

                """, to: "modules/app/main.tf")
            try project.writeStack("one")
            let applied = try await project.stack("apply", "one", "--new", "--auto-approve")
            #expect(applied.exitCode == 1, "\(applied.description)")
            #expect(applied.stderr.contains("something selected another Terraform workspace"), "\(applied.description)")
            let run = try await project.newestRun()
            #expect(applied.stderr.contains("kept-\(run)"), "\(applied.description)")
            #expect(project.files(below: ".stack/workspaces").contains { $0.contains("kept-\(run)") })
            #expect(try await project.addresses(of: "one") == ["terraform_data.a"])
        }
    }
}
