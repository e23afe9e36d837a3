import TestSupport
import Testing

struct PostgresProxyTests {
    /// A server, a database of it, and its URL through a proxy.
    private func withProxy(_ body: (PostgresServer, PostgresProxy, String) async throws -> Void) async throws {
        let server = try await PostgresServer.shared()
        try await withDatabase { database in
            try await withPostgresProxy(to: server.port) { proxy in
                try await body(server, proxy, proxy.url(database))
            }
        }
    }

    @Test func `it passes on small things and large ones`() async throws {
        try await withProxy { server, proxy, url in
            #expect(url.contains(":\(proxy.port)/"))
            #expect(try await server.run(sql: "SELECT 1", in: url) == "1")
            let text = String(repeating: "0123456789abcdef", count: 1 << 18)
            let answer = try await server.run(sql: "SELECT '\(text)'", in: url)
            #expect(answer == text)
        }
    }

    @Test func `a cut ends the session that is open, and the next one comes through`() async throws {
        try await withProxy { server, proxy, url in
            async let outcome = failure { try await server.run(sql: untilTold, in: url) }
            try await untilItWaits(in: url, of: server)
            await proxy.cutAll()
            let words = await outcome
            #expect(words.contains("server closed the connection unexpectedly"))
            #expect(try await server.run(sql: "SELECT 1", in: url) == "1")
        }
    }

    @Test func `while it refuses no session begins, and those that are open go on`() async throws {
        try await withProxy { server, proxy, url in
            async let answer = server.run(sql: untilTold, in: url)
            try await untilItWaits(in: url, of: server)
            await proxy.refuse(true)
            let words = await failure { try await server.run(sql: "SELECT 1", in: url) }
            #expect(words.contains("connection to server at \"127.0.0.1\", port \(proxy.port) failed"))
            try await tellIt(in: url, of: server)
            #expect(try await answer == "through")
            await proxy.refuse(false)
            #expect(try await server.run(sql: "SELECT 1", in: url) == "1")
        }
    }

    @Test func `while it stalls nothing comes through, and afterwards all of it does`() async throws {
        try await withProxy { server, proxy, url in
            async let answer = server.run(sql: untilTold, in: url)
            try await untilItWaits(in: url, of: server)
            await proxy.stall(true)
            try await tellIt(in: url, of: server)
            try await eventually("the server has answered, and waits for the next statement") {
                try await sessions(where: "state = 'idle' AND query LIKE 'DO %'", in: url, of: server) == "1"
            }
            let words = await failure { try await server.run(sql: "SELECT 1", in: url + "?connect_timeout=2") }
            #expect(words.contains("timeout expired"))
            #expect(try await sessions(where: "state = 'idle' AND query LIKE 'DO %'", in: url, of: server) == "1")
            await proxy.stall(false)
            #expect(try await answer == "through")
        }
    }

    @Test func `a delay holds up each way`() async throws {
        try await withProxy { server, proxy, url in
            await proxy.delay(milliseconds: 150)
            let began = ContinuousClock.now
            let answer = try await server.run(sql: "SELECT 1", in: url)
            #expect(answer == "1")
            // To connect and to ask are two questions and two answers at the least.
            #expect(ContinuousClock.now - began >= .milliseconds(600))
        }
    }

    @Test func `without a server its connections end`() async throws {
        try await withPostgresServer { own in
            try await withPostgresProxy(to: own.server.port) { proxy in
                let url = proxy.url(own.server.url)
                try await own.stop(.fast)
                let words = await failure { try await own.server.run(sql: "SELECT 1", in: url) }
                #expect(words.contains("port \(proxy.port) failed"))
                try await own.start()
                #expect(try await own.server.run(sql: "SELECT 1", in: url) == "1")
            }
        }
    }
}

/// Statements of a session that goes on when `tellIt` says so.
private let untilTold = """
    DO $$ BEGIN
      WHILE NOT EXISTS (SELECT FROM pg_class WHERE relname = 'told') LOOP PERFORM pg_sleep(0.02); END LOOP;
    END $$;
    SELECT 'through'
    """

private func untilItWaits(in url: String, of server: PostgresServer) async throws {
    try await eventually("the session waits") {
        try await sessions(where: "state = 'active' AND query LIKE 'DO %'", in: url, of: server) == "1"
    }
}

/// Past the proxy.
private func tellIt(in url: String, of server: PostgresServer) async throws {
    let name = url.split(separator: "/").last ?? ""
    let database = String(server.url.dropLast("postgres".count)) + name
    _ = try await server.run(sql: "CREATE TABLE told ()", in: database)
}

/// How many sessions of the database there are of which that is true; asked for past the proxy.
private func sessions(where condition: String, in url: String, of server: PostgresServer) async throws -> String {
    let name = url.split(separator: "/").last ?? ""
    return try await server.run(
        sql: "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)' AND \(condition)", in: server.url)
}
