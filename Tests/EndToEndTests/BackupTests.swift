import Foundation
import TestSupport
import Testing

/// Databases that are damaged, and backups that bring them back.
@Suite struct BackupTests {
    private func applied(_ project: TestProject) async throws {
        try project.writeApp()
        try project.writeAppStack()
        try await project.applyNew()
    }

    /// The bytes of the database, changed in place.
    private func damage(_ project: TestProject, _ change: (inout Data) -> Void) throws {
        let path = project.path(".stack/stack.db")
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        change(&data)
        try data.write(to: URL(fileURLWithPath: path))
    }

    @Test func `a backup brings back what a cut short database held, and keeps that one`() async throws {
        try await withProject(environment: ownFile) { project in
            try await applied(project)
            let backup = try await project.stack("backup", "\(project.scratch)/fleet.backup")
            #expect(backup.exitCode == 0)
            #expect(
                backup.filtered(project.filter).stderr.hasPrefix(
                    "Copied 1 stack with 2 versions of states, the newest run of <time> to `<scratch>/fleet.backup`.\n"),
                "\(backup.description)")
            #expect(backup.stderr.contains("The key is not in it."))
            #expect(try await project.stack("backup", "\(project.scratch)/fleet.backup").exitCode == 64)

            try damage(project) { $0 = Data() }
            expect(
                try await project.stack("plan", "dev"), in: project, exit: 1,
                stderr: """
                    error: the database `<project>/.stack/stack.db` is empty: it was cut short

                    hint: Keep the file, and restore a backup: `stack restore`
                    """)
            let refused = try await project.stack("restore", "\(project.scratch)/fleet.backup")
            #expect(refused.exitCode == 3)
            #expect(refused.stderr.contains("The database that is here is damaged."))
            let terminal = try project.terminal("restore", "\(project.scratch)/fleet.backup")
            try await terminal.wait(for: "Replace it? Only `yes` is accepted:")
            terminal.type("yes\n")
            #expect(try await terminal.exitCode() == 0)
            #expect(try await project.stack("plan", "dev", "--detailed-exitcode").exitCode == 0)
            let names = project.files(below: ".stack").filter { $0.hasPrefix("stack.db") }
            #expect(names.contains { $0.hasPrefix("stack.db.before-restore-") }, "\(names)")
            #expect(!names.contains { $0.hasSuffix(".new") }, "\(names)")
        }
    }

    @Test func `a backup is restored into an empty place without a question`() async throws {
        try await withProject(environment: ownFile) { project in
            try await applied(project)
            #expect(try await project.stack("backup", "\(project.scratch)/b").exitCode == 0)
            let key = try project.read(".stack/key")
            try project.remove(".stack")
            let missing = try await project.stack("restore", "\(project.scratch)/b")
            #expect(missing.exitCode == 3, "\(missing.description)")
            #expect(missing.stderr.contains("which seals this project's states, is missing"))
            try project.write(key, to: ".stack/key", permissions: 0o600)
            #expect(try await project.stack("restore", "\(project.scratch)/b").exitCode == 0)
            #expect(try await project.stack("plan", "dev", "--detailed-exitcode").exitCode == 0)
        }
    }

    @Test func `a backup that is cut short, of another key or of another database replaces nothing`() async throws {
        try await withProject(environment: ownFile) { project in
            try await applied(project)
            let whole = "\(project.scratch)/whole", half = "\(project.scratch)/half"
            #expect(try await project.stack("backup", whole).exitCode == 0)
            let data = try Data(contentsOf: URL(fileURLWithPath: whole))
            try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: half))
            for file in [half, "\(project.scratch)/missing", project.path("stacks/dev.yaml")] {
                let result = try await project.stack("restore", file, "--auto-approve")
                #expect(result.exitCode != 0)
                #expect(result.stderr.contains("error: the backup `\(file)` cannot be"), "\(result.description)")
            }
            let key = Data(repeating: 7, count: 32).base64EncodedString()
            let other = try await project.stack(
                "restore", whole, "--auto-approve", environment: ["STACK_ENCRYPTION_KEY": key])
            #expect(other.exitCode == 3, "\(other.description)")
            let lock = try project.read("stack.lock")
            let store = try #require(lock.split(separator: "\n").first { $0.contains("store: ") })
            try project.replace(
                String(store), with: "    store: 11111111-2222-3333-4444-555555555555", in: "stack.lock")
            let foreign = try await project.stack("restore", whole, "--auto-approve")
            #expect(foreign.exitCode == 3)
            #expect(foreign.stderr.contains("the backup is of another database than the one"), "\(foreign.description)")
            try project.write(lock, to: "stack.lock")
            #expect(try await project.stack("plan", "dev", "--detailed-exitcode").exitCode == 0)
            let names = project.files(below: ".stack").filter { $0.hasPrefix("stack.db") }
            #expect(Set(names).subtracting(["stack.db-shm", "stack.db-wal"]) == ["stack.db"])
        }
    }

    @Test func `nothing is restored under a run that is at work`() async throws {
        try await withProject(environment: ownFile) { project in
            try project.writeGated()
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            // A copy is taken meanwhile, too.
            #expect(try await project.stack("backup", "\(project.scratch)/b").exitCode == 0)
            let busy = try await project.stack("restore", "\(project.scratch)/b", "--auto-approve")
            #expect(busy.exitCode == 75, "\(busy.description)")
            try project.openGate()
            #expect(try await apply.result().exitCode == 0)
            #expect(try await project.addresses(of: "dev").count == 3)
        }
    }

    @Test func `a run that begins while restore asks is noticed, and a link to a backup stays one`() async throws {
        try await withProject(environment: ownFile) { project in
            try project.writeGated()
            #expect(try await project.stack("plan", "dev", "-q").exitCode == 0)
            let backup = "\(project.scratch)/b", link = "\(project.scratch)/latest"
            #expect(try await project.stack("backup", backup).exitCode == 0)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "b")
            let terminal = try project.terminal("restore", link)
            try await terminal.wait(for: "Replace it? Only `yes` is accepted:")
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            terminal.type("yes\n")
            #expect(try await terminal.exitCode() == 75, "\(terminal.text)")
            try project.openGate()
            #expect(try await apply.result().exitCode == 0)
            #expect(try await project.addresses(of: "dev").count == 3)

            try project.remove("stack.lock")
            let restored = try await project.stack("restore", link, "--auto-approve")
            #expect(restored.exitCode == 0, "\(restored.description)")
            let type = try FileManager.default.attributesOfItem(atPath: project.path(".stack/stack.db"))[.type]
            #expect(type as? FileAttributeType == .typeRegular)
        }
    }

    @Test func `a database that is older than stack.lock does not make a second one of what it does not know`()
        async throws
    {
        try await withProject(environment: ownFile) { project in
            try project.writeApp()
            try project.writeAppStack("other")
            #expect(try await project.stack("plan", "other", "-q").exitCode == 0)
            #expect(try await project.stack("backup", "\(project.scratch)/early").exitCode == 0)
            try project.writeAppStack()
            try await project.applyNew()
            #expect(try await project.stack("restore", "\(project.scratch)/early", "--auto-approve").exitCode == 0)
            for command in ["plan", "apply", "output"] {
                let result = try await project.stack(command, "dev")
                #expect(result.exitCode == 3, "\(result.description)")
                #expect(result.stderr.contains("but this database knows nothing of it"), "\(result.description)")
            }
        }
    }

    @Test(arguments: [0.3, 0.6, 0.95])
    func `a database with pages of rubbish is refused with its name, or opens no sealed state`(
        place: Double
    )
        async throws
    {
        try await withProject(environment: ownFile) { project in
            try await applied(project)
            try damage(project) { data in
                let start = Int(Double(data.count) * place)
                for index in start..<min(start + 8192, data.count) {
                    data[index] = UInt8(truncatingIfNeeded: index &* 31)
                }
            }
            let before = try Data(contentsOf: URL(fileURLWithPath: project.path(".stack/stack.db")))
            let pulled = try await project.stack("state", "pull", "dev")
            let listed = try await project.stack("plan", "dev")
            let checked = try await project.stack("doctor")
            #expect(checked.exitCode == 1, "\(checked.description)")
            #expect(checked.stdout.contains("damaged"), "\(checked.description)")
            // Whatever can still be read is true; what cannot is named.
            if pulled.exitCode == 0 {
                #expect(pulled.stdout.contains("terraform_data"))
            } else {
                #expect(pulled.stderr.contains("damaged") || pulled.stderr.contains("cannot be opened"))
            }
            if listed.exitCode == 0 { #expect(listed.stdout.contains("No changes.")) }
            #expect(before.count <= (try Data(contentsOf: URL(fileURLWithPath: project.path(".stack/stack.db")))).count)
        }
    }
}
