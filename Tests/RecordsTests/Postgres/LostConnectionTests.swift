import Diagnostics
import Foundation
import JSON
import RecordsTestSupport
import Synchronization
import TestSupport
import Testing

@testable import Records

/// What becomes of a transaction whose connection is lost.
struct LostConnectionTests {
    @Test func `one whose session is killed in the middle is done again, once`() async throws {
        try await withDatabase { url in
            let server = try await PostgresServer.shared()
            _ = try await server.run(sql: "CREATE TABLE note (word TEXT)", in: url)
            let database = PostgresDatabase(url, patience: .seconds(15))
            let attempts = Mutex(0)
            let result = try await database.write(holding: []) { connection in
                let attempt = attempts.withLock { count in
                    count += 1
                    return count
                }
                try connection.execute("INSERT INTO note (word) VALUES ($1)", [.text("attempt \(attempt)")])
                if attempt == 1 { _ = try connection.rows("SELECT pg_terminate_backend(pg_backend_pid())", []) }
                return attempt
            }
            #expect(result == 2)
            #expect(try await server.run(sql: "SELECT word FROM note", in: url) == "attempt 2")
        }
    }

    @Test func `one that is kept although its end was not heard is not done again`() async throws {
        try await withSlowCommit { commit in
            async let end = commit.append()
            try await commit.untilCommitting()
            await commit.proxy.cutAll()
            #expect(await end == nil)
            #expect(try await commit.records.events(run: "run").map(\.type) == ["once"])
        }
    }

    @Test func `one that was not kept, and whose end was not heard, is done again`() async throws {
        try await withSlowCommit { commit in
            async let end = commit.append()
            try await commit.untilCommitting()
            await commit.proxy.cutAll()
            try await commit.killCommit()
            #expect(await end == nil)
            #expect(try await commit.records.events(run: "run").map(\.type) == ["once"])
        }
    }

    @Test func `while the server is still at work on one it is not done again, and that is said`() async throws {
        try await withSlowCommit(seconds: 4, patience: .seconds(1)) { commit in
            async let end = commit.append()
            try await commit.untilCommitting()
            await commit.proxy.cutAll()
            let message = await end
            #expect(
                message?.hasSuffix(
                    "has not said whether it has kept what was written: it is still at work on it") == true)
            try await eventually("it is kept after all") {
                try await commit.records.events(run: "run").map(\.type) == ["once"]
            }
        }
    }

    @Test func `when nobody can be asked about one, that is said`() async throws {
        try await withSlowCommit(patience: .seconds(1)) { commit in
            async let end = commit.append()
            try await commit.untilCommitting()
            await commit.proxy.refuse(true)
            await commit.proxy.cutAll()
            let message = await end
            #expect(message?.contains("has not said whether it has kept what was written: ") == true)
            await commit.proxy.refuse(false)
            try await eventually("it is kept after all") {
                try await commit.records.events(run: "run").map(\.type) == ["once"]
            }
        }
    }

    @Test func `a server that was never reached is not waited for`() async throws {
        try await withDatabase { url in
            try await withPostgresProxy(to: try await PostgresServer.shared().port) { proxy in
                await proxy.refuse(true)
                let began = ContinuousClock.now
                let problem = await #expect(throws: Diagnostic.self) {
                    _ = try await RecordsDatabase(postgres: proxy.url(url), patience: .seconds(60))
                }
                #expect(ContinuousClock.now - began < .seconds(30))
                #expect(problem?.outcome == .unavailable)
                #expect(problem?.message.hasPrefix("the database of STACK_DATABASE_URL cannot be reached: ") == true)
            }
        }
    }

    @Test func `a server that is gone for a while is waited for`() async throws {
        try await withRecords(.postgres) { _, database in
            try await withPostgresProxy(to: try await PostgresServer.shared().port) { proxy in
                let records = try await TestDatabase(place: .server(proxy.url(database.url))).records()
                await proxy.refuse(true)
                await proxy.cutAll()
                async let begun: Void = records.begin("run")
                async let stacks = records.stacks()
                await proxy.refuse(false)
                try await begun
                #expect(try await stacks.map(\.name) == ["dev"])
                #expect(try await records.run("run")?.status == .queued)
            }
        }
    }

    @Test func `whatever is killed while five write, each write is kept once and in its order`() async throws {
        try await withRecords(.postgres) { records, database in
            for number in 1...5 { try await records.begin("run-\(number)") }
            let kills = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 1...5 {
                    group.addTask {
                        let own = try await database.records()
                        for round in 1...20 {
                            try await own.append(events: [("now", "\(round)", [:])], run: "run-\(number)")
                        }
                        return true
                    }
                }
                var (kills, writers) = (0, 5)
                group.addTask { false }
                while let isWriter = try await group.next() {
                    if isWriter {
                        writers -= 1
                    } else if writers > 0 {
                        kills += Int(try await database.run(killing)) ?? 0
                        group.addTask {
                            try await Task.sleep(for: .milliseconds(100))
                            return false
                        }
                    }
                }
                return kills
            }
            #expect(kills > 0)
            for number in 1...5 {
                let events = try await records.events(run: "run-\(number)")
                #expect(events.map(\.type) == (1...20).map { "\($0)" })
            }
        }
    }

    private let killing = """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'stack'
        """
}
