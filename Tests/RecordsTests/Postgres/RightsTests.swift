import Diagnostics
import Foundation
import JSON
import Records
import RecordsTestSupport
import TestSupport
import Testing

/// What a role needs that may not change the tables.
struct RightsTests {
    @Test func `a role that may read and write the tables can do all that a project needs`() async throws {
        try await withRole { role, database in
            try await database.open().close()
            try await role.grant("SELECT, INSERT, UPDATE, DELETE")
            let records = try await role.database.records()
            _ = try await records.stack(named: "dev", orFirst: "dev")
            try await records.addGenesis(version("genesis"), stack: "dev")
            for number in 1...3 {
                try await records.apply("run-\(number)", content: "state \(number)")
                try await records.append(events: [("now", "phase", [:])], run: "run-\(number)")
            }
            try await records.begin("run-4")
            let lock = try await records.lock("run-4")
            #expect(try await records.renew(lock, phase: "planning"))
            try await records.putCluster(handle: "eu", stack: "dev", record: [:], change: "registered", lock: lock)
            try await records.releaseLock(lock)
            try await records.prune(stack: "dev", runs: 1, versions: 1)
            try await records.home.remember(project: "project", in: "/fleet", of: "host")
            #expect(try await records.stateVersions(of: "dev").count == 1)
            try await records.home.close()
        }
    }

    @Test(arguments: ["INSERT", "UPDATE", "DELETE", "SELECT"])
    func `a right that is missing is told with its table and with what to do`(right: String) async throws {
        try await withRole { role, database in
            let owner = try await database.records()
            _ = try await owner.stack(named: "dev", orFirst: "dev")
            try await owner.begin("run")
            try await role.grant("SELECT, INSERT, UPDATE, DELETE")
            let records = try await role.database.records()
            try await database.run("REVOKE \(right) ON run_artifact, run FROM \(role.name)")
            let problem = await #expect(throws: Diagnostic.self) {
                try await records.replaceArtifact(.view, with: Data("view".utf8), run: "run")
                try await records.advance(run: "run", to: .planning)
            }
            let table = right == "UPDATE" || right == "SELECT" ? "run" : "run_artifact"
            #expect(
                problem?.message.hasSuffix(": permission denied for table \(table)") == true,
                "\(String(describing: problem))")
            #expect(problem?.message.hasPrefix("the role has not the rights that are needed in ") == true)
            #expect(problem?.hint?.contains("`Documentation/shared-database.md`") == true)
            try await records.home.close()
        }
    }

    @Test func `a role that may not make the tables is told so where there are none`() async throws {
        try await withRole { role, database in
            try await database.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            let problem = await #expect(throws: Diagnostic.self) { _ = try await role.database.open() }
            #expect(problem?.message.hasSuffix(": permission denied for schema public") == true)
        }
    }

    @Test func `a role that may not even see the tables is told so`() async throws {
        try await withRole { role, database in
            try await database.open().close()
            try await database.run("REVOKE ALL ON SCHEMA public FROM PUBLIC")
            let problem = await #expect(throws: Diagnostic.self) { _ = try await role.database.open() }
            #expect(problem?.message.hasPrefix("the role has not the rights that are needed in ") == true)
        }
    }
}

/// A role that may log in, and nothing else.
private struct Role {
    let name: String
    /// The database as the role opens it.
    let database: TestDatabase
    /// As its owner does.
    let owned: TestDatabase

    func grant(_ rights: String) async throws {
        try await owned.run(
            "GRANT USAGE ON SCHEMA public TO \(name); GRANT \(rights) ON ALL TABLES IN SCHEMA public TO \(name)")
    }
}

private func withRole(_ body: (Role, TestDatabase) async throws -> Void) async throws {
    try await withDatabase { url in
        let name = "role_" + UUID().uuidString.lowercased().replacing("-", with: "")
        let owned = TestDatabase(place: .server(url))
        try await owned.run("CREATE ROLE \(name) LOGIN")
        let role = Role(
            name: name, database: TestDatabase(place: .server(url.replacing("stack@", with: "\(name)@"))), owned: owned)
        do {
            try await body(role, owned)
            try await owned.run("DROP OWNED BY \(name); DROP ROLE \(name)")
        } catch {
            _ = try? await owned.run("DROP OWNED BY \(name); DROP ROLE \(name)")
            throw error
        }
    }
}
