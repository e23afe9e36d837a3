import Foundation
import TestSupport
import Testing

/// Where states are kept, and what keeps somebody from making everything a second time.
@Suite struct StoreTests {
    @Test func `a stack that was never applied here is applied only on purpose`() async throws {
        try await withProject(environment: ownFile) { project in
            try project.writeApp()
            try project.writeAppStack()
            expect(
                try await project.stack("apply", "dev", "--auto-approve"), in: project, exit: 3,
                stderr: """
                    error: `dev` was never applied here: `stack.lock` does not say where the state is kept

                    hint: Give `--new` to keep it in <project>/.stack/stack.db on <host>; if it was applied elsewhere, commit that `stack.lock`
                    """)
            let terminal = try project.terminal("apply", "dev", "--auto-approve")
            try await terminal.wait(for: "`dev` is new. The state will be kept in")
            terminal.type("yes\n")
            #expect(try await terminal.exitCode() == 0)
            #expect(try project.read("stack.lock").contains("\n  dev:\n    id: "))
            #expect(try await project.stack("apply", "dev", "--auto-approve").exitCode == 0)
        }
    }

    @Test func `a clone without the database is refused: its state is elsewhere`() async throws {
        try await withProject(environment: ownFile) { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            let key = try project.read(".stack/key")
            try project.remove(".stack")
            try project.write(key, to: ".stack/key", permissions: 0o600)
            for command in ["plan", "apply", "destroy"] {
                expect(
                    try await project.stack(command, "dev"), in: project, exit: 3,
                    stderr: """
                        error: the state of `dev` is kept in another database, on `<host>`; planning here would create everything again

                        hint: Run the command there, or restore a backup of that database here
                        """)
            }
        }
    }

    @Test func `a clone without database and key is told where both are`() async throws {
        try await withProject(environment: ownFile) { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            try project.remove(".stack")
            let fingerprint = try #require(
                try project.read("stack.lock").split(separator: "\n").first { $0.hasPrefix("key: ") }?.dropFirst(5))
            expect(
                try await project.stack("plan", "dev"), in: project, exit: 3,
                stderr: """
                    error: the states of this project are kept on `<host>`, and neither they nor their key are here
                    note: the key is `\(fingerprint)`; its place is `<project>/.stack/key` or STACK_ENCRYPTION_KEY

                    hint: Run the command there, or bring a backup of `stack.db` and the key here; STACK_DATA_DIR names their folder
                    """)
            #expect(!project.exists(".stack/key"))
        }
    }

    @Test(arguments: [false, true])
    func `a lost stack.lock never makes a second project of what is kept`(isElsewhere: Bool) async throws {
        try await withProject(environment: ownFile) { project in
            let environment = isElsewhere ? ["STACK_DATA_DIR": "\(project.scratch)/data"] : [:]
            try project.writeApp()
            try project.writeAppStack()
            let applied = try await project.stack(
                "apply", "dev", "--new", "--auto-approve", environment: environment)
            #expect(applied.exitCode == 0, "\(applied.description)")
            let identity = try #require(
                try project.read("stack.lock").split(separator: "\n").first { $0.hasPrefix("project: ") })
            try project.remove("stack.lock")

            let refused = try await project.stack(
                "apply", "dev", "--new", "--auto-approve", environment: environment)
            #expect(refused.exitCode == 3, "\(refused.description)")
            #expect(refused.stderr.contains("stack.lock` is gone, but states of this project are kept here"))
            #expect(refused.stderr.contains("the one line `\(identity)`"))
            #expect(!project.exists("stack.lock"))

            try project.write("\(identity)\n", to: "stack.lock")
            let again = try await project.stack(
                "apply", "dev", "--new", "--auto-approve", environment: environment)
            #expect(again.exitCode == 0, "\(again.description)")
            #expect(again.stdout == "No changes. `dev` is as it is defined.\n")
            #expect(try await project.stack("output", "dev", environment: environment).exitCode == 0)
        }
    }

    @Test func `a clone of a project that was only planned begins with a key of its own`() async throws {
        try await withProject(environment: ownFile) { project in
            try project.writeApp()
            try project.writeAppStack()
            #expect(try await project.stack("plan", "dev").exitCode == 0)
            let lock = try project.read("stack.lock")
            try project.remove(".stack")
            #expect(try await project.stack("plan", "dev").exitCode == 0)
            let now = try project.read("stack.lock")
            #expect(now != lock)
            #expect(
                now.split(separator: "\n").first { $0.hasPrefix("project: ") }
                    == lock.split(separator: "\n").first { $0.hasPrefix("project: ") })
        }
    }

    @Test func `a missing key and another key are named`() async throws {
        try await withProject(environment: ownFile) { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            let key = try project.read(".stack/key")
            try project.remove(".stack/key")
            let missing = try await project.stack("plan", "dev")
            #expect(missing.exitCode == 3)
            #expect(
                missing.stderr.contains(
                    "which seals this project's states, is missing: there is no `\(project.root)/.stack/key`"))
            #expect(!project.exists(".stack/key"))

            try project.write(
                Data(repeating: 7, count: 32).base64EncodedString() + "\n", to: ".stack/key", permissions: 0o600)
            let other = try await project.stack("plan", "dev")
            #expect(other.exitCode == 3)
            #expect(other.stderr.hasPrefix("error: `stack.lock` names the key `"))
            #expect(other.stderr.hasSuffix("\nhint: Copy the right key file, or set STACK_ENCRYPTION_KEY\n"))

            try project.remove(".stack/key")
            let given = ["STACK_ENCRYPTION_KEY": key.trimmingCharacters(in: .whitespacesAndNewlines)]
            #expect(try await project.stack("plan", "dev", "--detailed-exitcode", environment: given).exitCode == 0)
        }
    }

    @Test func `what is kept is private, and STACK_DATA_DIR moves it`() async throws {
        try await withProject(environment: ownFile) { project in
            try project.writeApp()
            try project.writeAppStack()
            let elsewhere = "\(project.scratch)/data"
            let result = try await project.stack(
                "apply", "dev", "--new", "--auto-approve", environment: ["STACK_DATA_DIR": elsewhere])
            #expect(result.exitCode == 0, "\(result.description)")
            #expect(!project.exists(".stack/stack.db"))
            #expect(project.exists(elsewhere + "/stack.db"))
            for (path, mode) in [(elsewhere, 0o700), (elsewhere + "/key", 0o600)] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
            }
        }
    }
}
