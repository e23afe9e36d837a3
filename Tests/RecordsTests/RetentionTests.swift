import Foundation
import JSON
import Records
import RecordsTestSupport
import Testing

struct RetentionTests {
    @Test(arguments: Engine.allCases)
    func `the newest versions and runs are kept, the rest goes with its events`(engine: Engine) async throws {
        try await withRecords(engine) { records, _ in
            try await records.addGenesis(version("genesis"), stack: "dev")
            for number in 1...6 {
                try await records.apply("run-\(number)", content: "state \(number)")
                try await records.append(events: [("now", "phase", [:])], run: "run-\(number)")
            }
            try await records.prune(stack: "dev", runs: 2, versions: 3)
            #expect(try await records.stateVersions(of: "dev").map(\.sequence) == [7, 6, 5])
            // The third is kept without its events: it wrote a version that is kept.
            #expect(try await records.runs(stack: "dev", limit: 9).map(\.id) == ["run-6", "run-5", "run-4"])
            #expect(try await records.newestEvent(of: "run-4") == 0)
            #expect(try await records.newestEvent(of: "run-5") == 1)
        }
    }

    @Test(arguments: Engine.allCases)
    func `the state to plan on, the last success, and what pending plans are bound to stay`(engine: Engine) async throws
    {
        try await withRecords(engine) { records, _ in
            try await records.addGenesis(version("genesis"), stack: "dev")
            let success = try await records.apply("run-1", content: "good")
            try await records.plan("run-2", on: success)
            for number in 3...5 {
                // As failed applies of plans that were made before; they supersede nothing.
                try await records.begin("run-\(number)")
                try await records.advance(run: "run-\(number)", to: .planning)
                try await records.advance(run: "run-\(number)", to: .planned)
                let lock = try await records.lock("run-\(number)")
                try await records.consumePlan(lock: lock, process: [:])
                try await records.takeIn(version("bad \(number)"), lock: lock)
                try await records.finish(
                    lock: lock, status: .failed, message: nil, exitCode: 1, unknownResources: nil)
            }
            try await records.prune(stack: "dev", runs: 1, versions: 1)
            let kept = try await records.stateVersions(of: "dev")
            #expect(kept.map(\.sequence) == [5, success])
            #expect(try await records.bytes(of: kept[1]) == Data("good".utf8))
            #expect(try await records.run("run-2")?.status == .planned)
            #expect(try await records.artifact(.planFile, run: "run-2") == Data("the plan".utf8))
            #expect(try await records.newestSettledState(of: "dev")?.sequence == 5)
        }
    }

    @Test(arguments: Engine.allCases)
    func `what a run is writing now is not touched`(engine: Engine) async throws {
        try await withRecords(engine) { records, _ in
            try await records.addGenesis(version("genesis"), stack: "dev")
            for number in 1...3 { try await records.apply("run-\(number)", content: "state \(number)") }
            try await records.plan("run-4", on: 4)
            let lock = try await records.lock("run-4")
            try await records.consumePlan(lock: lock, process: [:])
            let writing = try await records.takeIn(version("half way"), lock: lock)
            try await records.prune(stack: "dev", runs: 1, versions: 1)
            #expect(try await records.stateVersions(of: "dev").map(\.sequence) == [writing, 4])
            #expect(try await records.run("run-4")?.status == .applying)
        }
    }

    @Test(arguments: Engine.allCases)
    func `the secrets of a run stay as long as a state that it wrote, and no longer`(engine: Engine) async throws {
        try await withRecords(engine) { records, _ in
            try await records.addGenesis(version("genesis"), stack: "dev")
            try await records.apply("run-1", content: "good")
            for number in 2...4 { try await records.plan("run-\(number)", on: 2) }
            try await records.prune(stack: "dev", runs: 1, versions: 1)
            #expect(try await records.newestSettledState(of: "dev")?.run == "run-1")
            #expect(try await records.artifact(.secrets, run: "run-1") == Data("[]".utf8))
            #expect(try await records.artifact(.view, run: "run-1") == nil)
            try await records.apply("run-5", content: "better")
            try await records.prune(stack: "dev", runs: 1, versions: 1)
            #expect(try await records.run("run-1") == nil)
            #expect(try await records.artifact(.secrets, run: "run-1") == nil)
            #expect(try await records.artifact(.secrets, run: "run-5") == Data("[]".utf8))
        }
    }
}
