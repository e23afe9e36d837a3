import JSON
import TestSupport
import Testing

/// What the role of those who only use the tables may do.
@Suite struct LeastRightsTests {
    @Test func `a role that may only read and write rows plans, applies and destroys`() async throws {
        try await withRole { owner, user in
            try await withSharedProject(at: owner) { project in
                let stack = try MarkedStack(project)
                try stack.goOn()
                // Its owner makes the tables.
                let first = try await project.stack("runs")
                #expect(first.exitCode == 0, "\(first.description)")
                try await grant(to: user, in: owner)
                try await withClone(of: project, on: "elsewhere", at: user) { clone in
                    for arguments in [
                        ["apply", "dev", "--new", "--auto-approve"], ["plan", "dev", "--detailed-exitcode"],
                        ["state", "versions", "dev"], ["doctor"], ["recover"], ["gc"],
                        ["destroy", "dev", "--auto-approve"],
                    ] {
                        let result = try await clone.start(stack: arguments).result()
                        #expect(result.exitCode == 0, "\(result.description)")
                    }
                    #expect(try await clone.addresses(of: "dev") == [])
                }
            }
        }
    }

    @Test func `a role that may make no tables is told so where there are none`() async throws {
        try await withRole { _, user in
            try await withSharedProject(at: user) { project in
                _ = try MarkedStack(project)
                let result = try await project.stack("plan", "dev")
                #expect(result.exitCode == 1, "\(result.description)")
                #expect(result.stdout == "", "\(result.description)")
                #expect(result.stderr.hasPrefix("error: the role has not the rights that are needed in the database `"))
                #expect(result.stderr.contains("permission denied for schema public"), "\(result.description)")
                #expect(result.stderr.contains("Documentation/shared-database.md"), "\(result.description)")
            }
        }
    }

    /// Gives the body the URLs of a database for its owner and for a new role that may connect to it and nothing else.
    private func withRole(_ body: (_ owner: String, _ user: String) async throws -> Void) async throws {
        try await withPostgresServer { own in
            let owner = try await own.server.makeDatabase()
            _ = try await own.server.run(
                sql: "REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE fleet LOGIN;", in: owner)
            try await body(owner, owner.replacing("//stack@", with: "//fleet@"))
        }
    }

    private func grant(to user: String, in owner: String) async throws {
        let rights = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO fleet"
        try await withProject { project in
            let granted = try await project.run("psql", "-Xq", "-d", owner, "-c", rights)
            try #require(granted.exitCode == 0, "\(granted.description)")
        }
    }
}
