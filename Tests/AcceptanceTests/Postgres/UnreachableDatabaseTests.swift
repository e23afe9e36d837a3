import TestSupport
import Testing

/// A database that `stack` does not reach, or may not use.
@Suite struct UnreachableDatabaseTests {
    @Test(arguments: [["plan", "dev"], ["apply", "dev", "--new", "--auto-approve"], ["runs"], ["state", "locks"]])
    func `a server that is down is worth another try, and its password is not told`(_ arguments: [String]) async throws
    {
        let port = try await withPostgresServer { $0.server.port }
        try await withSharedProject(at: "postgres://stack:geheim-4711@127.0.0.1:\(port)/postgres") { project in
            _ = try MarkedStack(project)
            let result = try await project.start(stack: arguments).result()
            #expect(result.exitCode == 75, "\(result.description)")
            #expect(result.stdout == "", "\(result.description)")
            #expect(
                result.stderr.contains("the database of STACK_DATABASE_URL cannot be reached"), "\(result.description)")
            #expect(!result.stderr.contains("geheim"), "\(result.description)")
            #expect(!project.exists("\(project.scratch)/marks"))
        }
    }

    @Test(arguments: [
        "postgres://stack:geheim-4711@127.0.0.1:abc/postgres", "postgres://stack:geheim%4@127.0.0.1/postgres",
        "postgres://stack:geheim-4711@127.0.0.1/postgres?nonsense=1", "mysql://stack:geheim-4711@127.0.0.1/fleet",
        "host=127.0.0.1 password=geheim-4711 nonsense",
        // Passwords whose `@` ends them early: the rest would be a host, or a host and a database.
        "postgres://stack:p@geheim-4711@127.0.0.1/fleet", "postgres://stack:p@127.0.0.1/geheim-4711@127.0.0.1/fleet",
    ])
    func `a URL that is none is wrong usage, and its password is not told`(_ url: String) async throws {
        try await withSharedProject(at: url) { project in
            _ = try MarkedStack(project)
            let result = try await project.stack("plan", "dev")
            #expect(result.exitCode == 64, "\(result.description)")
            #expect(result.stdout == "", "\(result.description)")
            #expect(
                result.stderr.hasPrefix("error: STACK_DATABASE_URL is no URL of a PostgreSQL\n"),
                "\(result.description)")
            #expect(!result.stderr.contains("geheim"), "\(result.description)")
        }
    }
}
