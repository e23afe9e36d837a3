import Foundation
import JSON
import TestSupport
import Testing

/// A file or a folder may be called whatever the system lets it be called: it is worked with, or told to be wrong, and
/// its name is never run.
@Suite struct FileNameTests {
    /// Those that a folder of a project, its data and its module may have.
    private static let names = HostileName.fileNames

    private func expectSound(_ result: CommandResult) {
        #expect(result.exitCode == 0, "\(result.description)")
        #expect(rawControls(in: result.stdout + result.stderr) == [], "\(result.description)")
    }

    @Test(arguments: names)
    func `a project whose folder, data, definitions and modules have any name is planned and applied`(
        name: HostileName
    ) async throws {
        try await withProject(environment: ["STACK_DATA_DIR": name.text]) { project in
            let folder = "\(project.scratch)/\(name.text)"
            let module = "modules/\(name.text)"
            try project.write(
                "resource \"terraform_data\" \"only\" {\n  input = file(\"${path.module}/\(name.inTerraform)\")\n}\n",
                to: "\(folder)/\(module)/\(name.text).tf")
            try project.write("content", to: "\(folder)/\(module)/\(name.text)")
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                metadata: {name: dev}
                spec: {path: \(HostileName(name: "module", text: module).quoted)}
                """, to: "\(folder)/stacks/\(name.text)/\(name.text).yaml")
            for arguments in [
                ["validate"], ["show", "dev", "--explain"], ["apply", "dev", "--new", "--auto-approve"], ["doctor"],
            ] {
                expectSound(try await project.start(try TestProject.program, arguments, in: folder).result())
            }
            let list = try await project.stack("state", "list", "dev", "-o", "name", in: folder)
            #expect(list.stdout == "terraform_data.only\n", "\(list.description)")
            #expect(project.exists("\(folder)/\(name.text)/stack.db"))
            #expect(!project.exists("\(folder)/.stack"))
            #expect(!project.everything.contains { ($0 as NSString).lastPathComponent == HostileName.canary })
        }
    }

    @Test(arguments: names)
    func `init begins a project in a folder of any name, and its hint can be copied to a shell`(
        name: HostileName
    ) async throws {
        try await withProject { project in
            let begun = try await project.stack("init", "--", name.text, in: project.scratch)
            expectSound(begun)
            let folder = "\(project.scratch)/\(name.text)"
            expectSound(try await project.stack("validate", in: folder))
            // What cannot be shown cannot be copied; the rest is taken by a shell as one word.
            guard rawControls(in: name.text).isEmpty, !name.text.contains("\n"), !name.text.hasPrefix("-") else {
                return
            }
            let hint = try #require(begun.stderr.split(separator: "\n").last { $0.hasPrefix("Next: stack ") })
            let script = try project.script("hint", "stack() { printf '%s\\n' \"$@\"; }\n\(hint.dropFirst(6))\n")
            let words = try await project.run(script, in: project.scratch)
            #expect(words.stdout == "plan\nexample\n-C\n\(name.text)\n", "\(words.description)")
            #expect(!project.everything.contains { ($0 as NSString).lastPathComponent == HostileName.canary })
        }
    }
}

extension HostileName {
    /// Inside a string of Terraform's language.
    fileprivate var inTerraform: String {
        text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case " "..."~": "\(scalar)"
            default: "\\u" + String(String(scalar.value + 0x10000, radix: 16).dropFirst())
            }
        }.joined()
    }
}
