import Foundation
import TestSupport
import Testing

/// A database that is not whole is named, never made anew, and not written to.
@Suite struct DamagedDatabaseTests {
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let message: String
        let apply: @Sendable (inout Data) -> Void
    }

    private static let page = 4096

    static let damages = [
        Damage(testDescription: "a first page of rubbish", message: "is damaged (file is not a database)") {
            $0.replaceSubrange(..<page, with: Data(repeating: 0xA5, count: page))
        },
        Damage(
            testDescription: "rubbish behind the first page", message: "is damaged (database disk image is malformed)"
        ) { $0.replaceSubrange(page..., with: Data(repeating: 0xA5, count: $0.count - page)) },
        Damage(testDescription: "cut to half", message: "is damaged (database disk image is malformed)") {
            $0 = $0.prefix($0.count / 2)
        },
        Damage(testDescription: "cut to nothing", message: "is empty: it was cut short") { $0 = Data() },
    ]

    static let commands = [
        ["plan", "dev"], ["apply", "dev", "--auto-approve"], ["destroy", "dev", "--auto-approve"], ["runs"],
        ["state", "list", "dev"], ["state", "rollback", "dev", "1", "--auto-approve"], ["output", "dev"],
        ["clusters", "list"], ["recover"], ["backup", "copy"],
    ]

    @Test(arguments: damages)
    func `every command names the damage and what to do, and nothing is written`(_ damage: Damage) async throws {
        try await withProject(environment: ownFile) { project in
            let path = try await backedUpDatabase(project)
            var data = try Data(contentsOf: path)
            damage.apply(&data)
            try data.write(to: path)
            let files = project.files(below: ".")
            for command in Self.commands {
                let result = try await project.start(stack: command).result()
                #expect(result.exitCode == 1, "\(result.description)")
                #expect(
                    result.stderr.contains("error: the database `\(path.path)` \(damage.message)"),
                    "\(result.description)")
                #expect(result.stderr.contains("restore a backup: `stack restore`"), "\(result.description)")
                #expect(try Data(contentsOf: path) == data, "\(result.command)")
                // SQLite makes these two to look at it.
                let more = Set(project.files(below: ".")).subtracting(files)
                #expect(more.subtracting([".stack/stack.db-wal", ".stack/stack.db-shm"]) == [], "\(result.command)")
            }
            let doctor = try await project.stack("doctor")
            #expect(doctor.exitCode == 1)
            #expect((doctor.stdout + doctor.stderr).contains(damage.message), "\(doctor.description)")
            try await expectRestored(project)
        }
    }

    @Test func `a backup replaces a database whichever page of it is damaged`() async throws {
        try await withProject(environment: ownFile) { project in
            let path = try await backedUpDatabase(project)
            let whole = try Data(contentsOf: path)
            for page in 0..<whole.count / Self.page {
                var data = whole
                let place = page * Self.page..<(page + 1) * Self.page
                data.replaceSubrange(place, with: Data(repeating: 0xA5, count: Self.page))
                try data.write(to: path)
                try await expectRestored(project)
            }
        }
    }

    /// The database of a project with one stack, applied, and a backup of it.
    private func backedUpDatabase(_ project: TestProject) async throws -> URL {
        try project.writeApp()
        try project.writeAppStack()
        try await project.applyNew()
        #expect(try await project.stack("backup", "\(project.scratch)/backup").exitCode == 0)
        return URL(fileURLWithPath: project.path(".stack/stack.db"))
    }

    private func expectRestored(_ project: TestProject) async throws {
        let restored = try await project.stack("restore", "\(project.scratch)/backup", "--auto-approve")
        #expect(restored.exitCode == 0, "\(restored.description)")
        #expect(restored.stderr.contains("The database before is kept as `"), "\(restored.description)")
        let states = try await project.stack("state", "list", "dev", "-o", "name")
        #expect(states.exitCode == 0, "\(states.description)")
    }
}
