import Foundation
import Glibc
import TestSupport
import Testing

struct PostgresServerTests {
    @Test func `a fresh database runs statements, and is gone once it is dropped`() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.makeDatabase()
        let rows = try await server.run(
            sql: "CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x'), (2, NULL); SELECT * FROM t ORDER BY a",
            in: database)
        #expect(rows == "1|x\n2|")
        try await server.dropDatabase(database)
        let words = await failure { try await server.run(sql: "SELECT 1", in: database) }
        #expect(words.contains("does not exist"))
    }

    @Test func `the first statement that fails ends it, and is told`() async throws {
        let server = try await PostgresServer.shared()
        try await withDatabase { database in
            let words = await failure {
                try await server.run(sql: "CREATE TABLE t (); SELECT nothing; DROP TABLE t", in: database)
            }
            #expect(words.contains("column \"nothing\" does not exist"))
            let count = try await server.run(sql: "SELECT count(*) FROM t", in: database)
            #expect(count == "0")
        }
    }

    @Test(arguments: [(nil, "B,a,b,ä"), ("de-DE", "a,ä,b,B")])
    func `a database sorts as it was asked to`(language: String?, order: String) async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.makeDatabase(sortedAs: language)
        let rows = try await server.run(
            sql: "SELECT string_agg(w, ',' ORDER BY w) FROM unnest(ARRAY['a', 'B', 'ä', 'b']) w", in: database)
        #expect(rows == order)
        try await server.dropDatabase(database)
    }

    @Test(arguments: [OwnPostgresServer.Stop.fast, .immediate])
    func `a server of one's own goes on with its data on the same port`(stop: OwnPostgresServer.Stop) async throws {
        try await withPostgresServer("--durable") { own in
            let server = own.server
            #expect(try await server.run(sql: "SHOW fsync; CREATE TABLE t AS SELECT 7", in: server.url) == "on")
            try await own.stop(stop)
            let words = await failure { try await server.run(sql: "SELECT 1", in: server.url) }
            #expect(words.contains("Connection refused"))
            try await own.start()
            #expect(try await server.run(sql: "TABLE t", in: server.url) == "7")
        }
    }

    @Test func `a server goes back to an older copy of its data`() async throws {
        try await withPostgresServer { own in
            let server = own.server
            _ = try await server.run(sql: "CREATE TABLE t AS SELECT 1 AS a", in: server.url)
            let copy = try await own.copyData()
            _ = try await server.run(sql: "INSERT INTO t VALUES (2)", in: server.url)
            for stop in [OwnPostgresServer.Stop.immediate, .fast] {
                try await own.stop(stop)
                try await own.goBack(to: copy)
                try await own.start()
                #expect(try await server.run(sql: "TABLE t", in: server.url) == "1")
                _ = try await server.run(sql: "INSERT INTO t VALUES (3)", in: server.url)
            }
        }
    }

    @Test func `nothing of a server is left once whoever has started it was killed`() async throws {
        try await withProject { project in
            let starter = try project.start(
                "sh",
                [
                    "-c",
                    "mkfifo hold && { \(repository)/scripts/temporary-postgres <hold >url & exec sleep 600 3>hold; }",
                ])
            let url = try await eventually("there is a URL") {
                let text = (try? project.read("url")) ?? ""
                return text.hasSuffix("\n") ? String(text.dropLast()) : nil
            }
            let server = try await PostgresServer.shared()
            let answer = try await server.run(
                sql: """
                    SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1);
                    SELECT pid FROM pg_stat_activity WHERE backend_type <> 'client backend';
                    SHOW unix_socket_directories
                    """, in: url)
            var lines = answer.split(separator: "\n").map(String.init)
            let folder = lines.removeLast()
            let pids = lines.compactMap(pid_t.init)
            #expect(pids.count >= 4 && pids.count == lines.count)
            #expect(FileManager.default.fileExists(atPath: folder))

            starter.send(SIGKILL)
            try await eventually("all of it is gone") {
                !FileManager.default.fileExists(atPath: folder) && pids.allSatisfy { kill($0, 0) != 0 }
            }
        }
    }
}
