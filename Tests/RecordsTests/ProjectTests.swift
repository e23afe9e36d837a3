import Cryptography
import JSON
import Records
import RecordsTestSupport
import Testing

/// Several projects in one database.
struct ProjectTests {
    @Test(arguments: Engine.allCases)
    func `two projects whose stacks have the same names do not meet`(engine: Engine) async throws {
        try await withTestDatabase(engine) { database in
            let red = try await database.records(of: "red", key: makeKey(1))
            let blue = try await database.records(of: "blue", key: makeKey(2))
            for (records, name) in [(red, "red"), (blue, "blue")] {
                #expect(try await records.stack(named: "dev", orFirst: "dev-\(name)").id == "dev-\(name)")
                try await records.addGenesis(version(name), stack: "dev-\(name)")
                for number in 1...2 { try await records.plan("\(name)-\(number)", stack: "dev-\(name)") }
                let lock = try await records.lock("\(name)-2", stack: "dev-\(name)")
                try await records.consumePlan(lock: lock, process: [:])
                try await records.putCluster(
                    handle: "eu", stack: "dev-\(name)", record: ["of": .string(name)], change: "registered", lock: lock)
            }
            for (records, name, other) in [(red, "red", "blue"), (blue, "blue", "red")] {
                #expect(try await records.stacks().map(\.id) == ["dev-\(name)"])
                #expect(try await records.stack(id: "dev-\(other)") == nil)
                #expect(try await records.runs(limit: 9).map(\.id) == ["\(name)-2", "\(name)-1"])
                #expect(try await records.run("\(other)-1") == nil)
                #expect(try await records.activeRuns().map(\.id) == ["\(name)-2"])
                #expect(try await records.heldLocks().map(\.run) == ["\(name)-2"])
                #expect(try await records.clusters().map(\.record) == [["of": .string(name)]])
                #expect(try await records.clusterHistory(handle: "eu").map(\.run) == ["\(name)-2"])
                #expect(try await records.home.extent(of: name).stacks == 1)
            }
            #expect(try await red.home.projects() == ["blue", "red"])
            #expect(try await red.home.extent().versions == 2)
        }
    }

    @Test(arguments: Engine.allCases)
    func `projects are found by the key that seals them, and their keys by them`(engine: Engine) async throws {
        try await withTestDatabase(engine) { database in
            let (one, two) = (try makeKey(1), try makeKey(2))
            for (project, key) in [("red", one), ("blue", two), ("amber", one)] {
                _ = try await database.records(of: project, key: key).stack(named: "dev", orFirst: "dev-\(project)")
            }
            // Nothing is kept of it yet.
            let home = try await database.records(of: "empty", key: one).home
            #expect(try await home.projects(sealedWith: one.fingerprint) == ["amber", "red"])
            #expect(try await home.projects(sealedWith: two.fingerprint) == ["blue"])
            #expect(try await home.projects(sealedWith: makeKey(3).fingerprint) == [])
            #expect(try await home.projects() == ["amber", "blue", "red"])
            #expect(try await home.keyFingerprint(of: "red") == one.fingerprint)
            #expect(try await home.keyFingerprint(of: "blue") == two.fingerprint)
            #expect(try await home.keyFingerprint(of: "empty") == one.fingerprint)
            #expect(try await home.keyFingerprint(of: "nobody") == nil)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a project opens with its own key alone, and reads nothing of another's`(engine: Engine) async throws {
        try await withTestDatabase(engine) { database in
            let red = try await database.records(of: "red", key: makeKey(1))
            let blue = try await database.records(of: "blue", key: makeKey(2))
            _ = try await red.stack(named: "dev", orFirst: "dev")
            try await red.addGenesis(version("red"), stack: "dev")
            let refusal = await failure { _ = try await database.records(of: "red", key: makeKey(2)) }
            #expect(refusal?.hasSuffix("but the records are sealed with `\(try makeKey(1).fingerprint)`") == true)
            let kept = try #require(try await blue.newestSettledState(of: "dev"))
            #expect(
                await failure { _ = try await blue.bytes(of: kept) }?.hasPrefix(
                    "version 1 of the state cannot be opened") == true)
        }
    }

    @Test(arguments: Engine.allCases)
    func `the records of a project that has moved away are neither opened nor written`(engine: Engine) async throws {
        try await withRecords(engine) { records, database in
            try await database.run(
                """
                UPDATE project SET moved_to = '{"reason": "moved", "store": "1", "place": "elsewhere", "move": "1"}'
                """)
            let moved = "the records of this project have moved to `elsewhere`"
            #expect(await failure { _ = try await database.records() } == moved)
            #expect(await failure { try await records.begin("run") } == moved)
            #expect(try await records.runs(limit: 9).isEmpty)
        }
    }
}
