import Foundation
import JSON
import TestSupport
import Testing

@Suite struct TemplateBundleTests {
    /// A template in a folder of the project, with what is never packed beside it.
    private func writeTemplate(in folder: String, _ project: TestProject, variable: String = "region") throws {
        try project.write(
            """
            apiVersion: stacks.fleet/v1alpha1
            kind: StackTemplate
            metadata: {name: app}
            spec:
              version: 1.2.0
              parameters:
              - {name: \(variable), type: STRING}

            """, to: "\(folder)/template.yaml")
        try project.write("variable \"region\" {\n  type = string\n}\n", to: "\(folder)/main.tf")
        try project.write("provider lock\n", to: "\(folder)/.terraform.lock.hcl")
        try project.write("#!/bin/sh\n", to: "\(folder)/scripts/run", permissions: 0o755)
        for path in [
            ".terraform/providers/x", "terraform.tfstate", "terraform.tfstate.backup", ".git/HEAD", "main.tf~",
        ] {
            try project.write("left behind \(UUID())", to: "\(folder)/\(path)")
        }
    }

    @Test func `the same content from two paths and at two times is one bundle with one digest`() async throws {
        try await withProject { project in
            for folder in ["here", "there/deeper"] { try writeTemplate(in: folder, project) }
            let old = Date(timeIntervalSince1970: 1_000_000)
            for file in project.files(below: "there") {
                try FileManager.default.setAttributes(
                    [.modificationDate: old], ofItemAtPath: project.path("there/\(file)"))
            }
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: project.path("there/deeper/main.tf"))
            let first = try await project.stack("template", "pack", "here")
            expect(
                first, in: project, stdout: nil, stderr: "Packed app 1.2.0 into app-1.2.0.tar.gz")
            let digest = first.stdout.trimmingCharacters(in: .newlines)
            #expect(digest.hasPrefix("sha256:") && digest.utf8.count == 71)
            expect(
                try await project.stack("template", "pack", "there/deeper", "-o", "other.tar.gz"), in: project,
                stdout: digest, stderr: "Packed app 1.2.0 into other.tar.gz")
            #expect(
                try Data(contentsOf: URL(filePath: project.path("app-1.2.0.tar.gz")))
                    == Data(contentsOf: URL(filePath: project.path("other.tar.gz"))))
            expect(
                try await project.stack("template", "verify", "app-1.2.0.tar.gz", "--digest", digest), in: project,
                stdout: """
                    name     app
                    version  1.2.0
                    digest   \(digest)
                    files    4
                      .terraform.lock.hcl
                      main.tf
                      scripts/run
                      template.yaml
                    """)
            expect(
                try await project.stack("template", "unpack", "app-1.2.0.tar.gz", "out"), in: project,
                stderr: "Unpacked 4 files into out")
            #expect(project.files(below: "out") == [".terraform.lock.hcl", "main.tf", "scripts/run", "template.yaml"])
            #expect(FileManager.default.isExecutableFile(atPath: project.path("out/scripts/run")))
            let again = try await project.stack("template", "pack", "out", "-o", "again.tar.gz")
            #expect(again.stdout.trimmingCharacters(in: .newlines) == digest)
        }
    }

    @Test func `a bundle in Zstandard has the digest of its content`() async throws {
        try await withProject { project in
            try writeTemplate(in: "here", project)
            let packed = try await project.stack("template", "pack", "here")
            try await project.stack("template", "unpack", "app-1.2.0.tar.gz", "out")
            for (option, file) in [("--zstd", "by-tar.tar.zst"), ("--gzip", "by-tar.tar.gz")] {
                let tar = try await project.run("tar", "-c", option, "-f", file, "-C", "out", ".")
                try #require(tar.exitCode == 0, "\(tar.description)")
                let verified = try await project.stack("template", "verify", file, "-o", "json").json
                #expect(verified["digest"]?.stringValue == packed.stdout.trimmingCharacters(in: .newlines))
                #expect(verified["name"] == "app")
            }
        }
    }

    @Test func `another digest is refused, and both are named`() async throws {
        try await withProject { project in
            try writeTemplate(in: "here", project)
            let digest = try await project.stack("template", "pack", "here").stdout.trimmingCharacters(in: .newlines)
            let other = "sha256:" + String(repeating: "0", count: 64)
            expect(
                try await project.stack("template", "verify", "app-1.2.0.tar.gz", "--digest", other), in: project,
                exit: 3,
                stderr: "error: the content of `app-1.2.0.tar.gz` has the digest `\(digest)`, and not `\(other)`")
        }
    }

    @Test func `a template that does not fit its module is not packed`() async throws {
        try await withProject { project in
            try writeTemplate(in: "here", project, variable: "regoin")
            let result = try await project.stack("template", "pack", "here")
            expect(result, in: project, exit: 1, stderr: nil)
            #expect(result.stderr.contains("template.yaml:7:"), "\(result.description)")
            #expect(result.stderr.contains("`regoin`"))
            #expect(!project.exists("app-1.2.0.tar.gz"))
        }
    }

    @Test func `what a bundle holds beside the template is neither shown nor laid out`() async throws {
        try await withProject { project in
            try writeTemplate(in: "here", project)
            try await project.run("tar", "-C", project.path("here"), "-czf", project.path("all.tar.gz"), ".")
            let unpacked = try await project.stack("template", "unpack", "all.tar.gz", "out")
            #expect(unpacked.exitCode == 0, "\(unpacked.description)")
            #expect(
                project.files(below: "out").sorted() == [
                    ".terraform.lock.hcl", "main.tf", "scripts/run", "template.yaml",
                ])
        }
    }

    @Test func `what is no template is not packed, and what is no bundle not unpacked`() async throws {
        try await withProject { project in
            try project.write("text", to: "folder/file")
            expect(
                try await project.stack("template", "pack", "folder"), in: project, exit: 64,
                stderr: "error: `<project>/folder` holds no `template.yaml`")
            for command in ["verify", "unpack"] {
                let result = try await project.start(
                    stack: ["template", command, "folder/file"] + (command == "unpack" ? ["out"] : [])
                ).result()
                expect(
                    result, in: project, exit: 1,
                    stderr: """
                        error: The data is compressed neither with gzip nor with Zstandard, and so it is no archive that is read here
                        """)
            }
            #expect(!project.exists("out"))
        }
    }

    @Test func `nothing that is there is touched by unpacking`() async throws {
        try await withProject { project in
            try writeTemplate(in: "here", project)
            try await project.stack("template", "pack", "here")
            let before = project.files()
            let result = try await project.stack("template", "unpack", "app-1.2.0.tar.gz", "here")
            expect(result, in: project, exit: 3, stderr: nil)
            #expect(result.stderr.contains("is there already, and no empty folder"))
            #expect(project.files() == before)
        }
    }
}
