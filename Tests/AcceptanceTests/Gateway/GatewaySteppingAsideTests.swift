import Foundation
import TestSupport
import Testing

/// Whatever is in the gateway's way, Terraform does what it does without, and a line says why.
@Suite struct GatewaySteppingAsideTests {
    /// A plan of one item works, and the only thing on standard error is one warning.
    private func expectStock(
        _ folder: InitialisedFolder, because reason: String, environment: [String: String] = [:],
        options: [String] = []
    ) async throws {
        let planned = try await folder.gateway("plan", "-no-color", options: options, environment: environment)
        #expect(planned.exitCode == 0, "\(planned.description)")
        #expect(planned.stdout.contains("Plan: 1 to add, 0 to change, 0 to destroy."), "\(planned.description)")
        let lines = planned.stderr.split(separator: "\n")
        #expect(lines.first?.hasPrefix("warning: Terraform ") == true, "\(planned.description)")
        #expect(planned.stderr.contains(reason), "\(planned.description)")
        #expect(planned.stderr.components(separatedBy: "warning: ").count == 2, "\(planned.description)")
    }

    private func withMarks(_ body: (TestProject, InitialisedFolder) async throws -> Void) async throws {
        try await withProject { project in
            let folder = try await InitialisedFolder.withMarks(project, GatewayTests.item("a", project))
            try await body(project, folder)
        }
    }

    @Test func `a provider that wants to be asked for its schema first`() async throws {
        try await withMarks { _, folder in
            for _ in 1...2 {
                try await expectStock(
                    folder, because: "without being asked for its schema first",
                    environment: ["MARKS_SCHEMA_IS_ASKED_FOR": "1"])
            }
        }
    }

    @Test func `a cache that cannot be used`() async throws {
        try await withMarks { project, folder in
            try project.write("", to: project.scratch + "/file")
            try await expectStock(
                folder, because: "cannot be written", options: ["--cache", project.scratch + "/file/cache"])
        }
    }

    @Test func `attached providers, and a log that is asked for`() async throws {
        try await withMarks { _, folder in
            let planned = try await folder.gateway("plan", environment: ["TF_LOG": "error"])
            #expect(planned.exitCode == 0 && planned.stderr.contains("`TF_LOG` asks for the log"))
        }
    }

    /// Programs that are no providers the gateway can talk to; a plan of what needs no provider works all the same.
    @Test(arguments: [
        ("echo '1|4|unix|/tmp/x|grpc|'; exec sleep 600", "version `4` of the plugin protocol"),
        ("echo '1|6|tcp|127.0.0.1:1|grpc|'; exec sleep 600", "in an unknown way"),
        ("echo '1|6|unix|/nowhere|grpc|'; exec sleep 600", "`provider.test/stack/marks`"),
        ("echo 'no licence' >&2; exit 1", "it ended at once: no licence"),
    ])
    func `a provider that does not start as it should`(script: String, reason: String) async throws {
        try await withProject { project in
            try await project.useMarksProvider(in: InitialisedFolder.name)
            try InitialisedFolder.changeProvider(project) { _ in "#!/bin/sh\n\(script)\n" }
            let folder = try await InitialisedFolder(project, "output \"a\" {\n  value = 1\n}\n")
            let served = try await folder.gateway("validate")
            #expect(served.stderr.contains("warning: Terraform starts `provider.test/stack/marks` itself"))
            #expect(served.stderr.contains(reason), "\(served.description)")
            let stock = try await folder.terraform("validate")
            #expect(served.exitCode == stock.exitCode, "\(served.description)\(stock.description)")
            #expect(folder.processes == [])
        }
    }

    @Test func `a package that is not the locked one is hashed again and left to Terraform, which refuses it`()
        async throws
    {
        try await withMarks { project, folder in
            #expect(try await folder.gateway("plan").stderr == "")
            try InitialisedFolder.changeProvider(project) { $0 + "# changed\n" }
            let refused = try await folder.gateway("plan", "-no-color")
            #expect(refused.exitCode == 1)
            #expect(refused.stderr.contains("has none of the `h1:` hashes of `.terraform.lock.hcl`"))
            #expect(refused.stderr.contains("does not match any of the checksums"), "\(refused.description)")
            #expect(try await folder.starts { try await folder.gateway("plan") } == 0)
        }
    }

    @Test func `a cache that a power cut has emptied is as a new one`() async throws {
        try await withMarks { project, folder in
            let cache = project.scratch + "/cache/stack"
            // A package that has just been installed is not remembered.
            try await eventually("all is remembered", within: .seconds(30)) {
                try await folder.gateway("plan")
                return project.files(below: cache + "/packages").count == 1
            }
            for file in project.files(below: cache) where !file.hasPrefix("uses/") {
                try project.write("", to: "\(cache)/\(file)", permissions: 0o600)
            }
            let planned = try await folder.gateway("plan")
            #expect(planned.exitCode == 0 && planned.stderr == "", "\(planned.description)")
        }
    }

    @Test(arguments: [
        ("source = \"provider.test/stack/marks\"", "source = \"provider.test/stack/marks\"\nversion = \"~> 2.0\""),
        ("terraform {", "provider \"marks\" {\n  version = \"~> 2.0\"\n}\n\nterraform {"),
    ])
    func `a version that the configuration does not take any more is refused as without`(
        text: String, other: String
    ) async throws {
        try await withMarks { project, folder in
            try project.replace(text, with: other, in: "infra/providers.tf")
            let stock = try await folder.terraform("plan", "-no-color")
            let served = try await folder.gateway("plan", "-no-color")
            #expect(stock.exitCode == 1 && served.exitCode == 1)
            #expect(served.stderr.contains("wants `~> 2.0`, and `1.0.0` is locked"), "\(served.description)")
            #expect(served.stderr.hasSuffix(stock.stderr), "\(served.description)")
        }
    }

    @Test func `a folder without providers, and a command that needs none, are run without a word`() async throws {
        try await withProject { project in
            try project.write("output \"a\" {\n  value = 1\n}\n", to: "infra/main.tf")
            let planned = try await project.stack(
                "gateway", "--", "terraform", "-chdir=infra", "plan", "-no-color")
            #expect(planned.exitCode == 0 && planned.stdout.contains("+ a = 1"), "\(planned.description)")
            #expect(planned.stderr == "", "\(planned.description)")
            let version = try await project.stack("gateway", "--", "terraform", "version")
            #expect(version.exitCode == 0 && version.stderr == "", "\(version.description)")
        }
    }
}
