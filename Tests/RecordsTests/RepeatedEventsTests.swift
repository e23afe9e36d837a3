import JSON
import Records
import RecordsTestSupport
import Testing

struct RepeatedEventsTests {
    @Test(arguments: Engine.allCases)
    func `events of a write that was not heard of are added once`(engine: Engine) async throws {
        try await withRecords(engine) { records, _ in
            try await records.begin("run-1")
            let events =
                [("t1", "phase", ["phase": "planning"]), ("t2", "phase", ["phase": "readingPlan"])]
                as [(
                    at: String, type: String, body: JSONValue
                )]
            // Nothing of it was kept.
            try await records.append(events: events, run: "run-1", mayBeKept: true)
            // All of it was.
            try await records.append(events: events, run: "run-1", mayBeKept: true)
            try await records.append(events: [("t3", "phase", ["phase": "applying"])], run: "run-1")
            let rows = try await records.events(run: "run-1")
            #expect(rows.map(\.sequence) == [1, 2, 3])
            #expect(rows.map(\.at) == ["t1", "t2", "t3"])
        }
    }
}
