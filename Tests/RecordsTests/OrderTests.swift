import JSON
import Records
import RecordsTestSupport
import TestSupport
import Testing

/// Texts are kept, and sorted, alike by every database.
struct OrderTests {
    @Test(arguments: Engine.allCases)
    func `stacks and clusters are listed in the order of their bytes`(engine: Engine) async throws {
        try await withTestDatabase(engine, expectOrder)
    }

    @Test func `a server that sorts by a language lists them in the order of their bytes, too`() async throws {
        let server = try await PostgresServer.shared()
        let url = try await server.makeDatabase(sortedAs: "de-DE")
        do {
            try await expectOrder(TestDatabase(place: .server(url)))
            try await server.dropDatabase(url)
        } catch {
            try? await server.dropDatabase(url)
            throw error
        }
    }

    private func expectOrder(_ database: TestDatabase) async throws {
        let records = try await database.records()
        let names = ["ä", "b", "_", "B", "a-b", "a", "ab", "Z", "1", "aB", "10", "2"]
        for name in names {
            let stack = try await records.stack(named: name, orFirst: name).id
            try await records.begin("run-\(name)", stack: stack)
            let lock = try await records.lock("run-\(name)", stack: stack)
            try await records.putCluster(handle: name, stack: stack, record: [:], change: "registered", lock: lock)
        }
        let sorted = ["1", "10", "2", "B", "Z", "_", "a", "a-b", "aB", "ab", "b", "ä"]
        #expect(try await records.stacks().map(\.name) == sorted)
        #expect(try await records.clusters().map(\.handle) == sorted)
    }

    @Test(arguments: Engine.allCases)
    func `a text comes back as it was, whatever characters are in it`(engine: Engine) async throws {
        try await withRecords(engine) { records, _ in
            let text = "it's \"100 %\" \\ $1 ? \u{1F680} e\u{301} \u{202E}\u{1}\n\ttab"
            try await records.begin("run")
            try await records.advance(run: "run", to: .failed, message: text)
            try await records.append(events: [("now", text, .string(text + "\0"))], run: "run")
            #expect(try await records.run("run")?.message == text)
            let event = try #require(try await records.events(run: "run").first)
            #expect(event.type == text)
            #expect(event.body == .string(text + "\0"))
        }
    }

    @Test(arguments: Engine.allCases)
    func `a text with a zero in it loses nothing but that`(engine: Engine) async throws {
        try await withRecords(engine) { records, _ in
            try await records.begin("run")
            try await records.advance(run: "run", to: .failed, message: "before\0after\0\u{301}")
            #expect(try await records.run("run")?.message == "before\u{FFFD}after\u{FFFD}\u{301}")
        }
    }
}
