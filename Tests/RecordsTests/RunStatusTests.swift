import JSON
import Records
import RecordsTestSupport
import Testing

struct RunStatusTests {
    @Test(arguments: RunOperation.allCases)
    func `no path leaves a terminal state, and every state reaches one`(operation: RunOperation) {
        for start in RunStatus.allCases {
            var seen: Set<RunStatus> = [start]
            var open = [start]
            while let next = open.popLast() {
                for step in next.next(in: operation) where seen.insert(step).inserted { open.append(step) }
            }
            if start.isTerminal { #expect(seen == [start]) }
            #expect(seen.contains { $0.isTerminal }, "\(start) leads to no end")
            #expect(start == .queued || !seen.subtracting([start]).contains(.queued), "\(start) is queued again")
        }
    }

    @Test(arguments: RunOperation.allCases)
    func `applying is entered only with a saved plan and left only for an end`(operation: RunOperation) {
        for status in RunStatus.allCases where status.next(in: operation).contains(.applying) {
            #expect(status.hasPendingPlan)
        }
        #expect(RunStatus.applying.next(in: operation).allSatisfy { $0.isTerminal })
    }

    @Test func `nothing succeeds without an apply but a state that is changed by hand and a look for drift`() {
        for operation in RunOperation.allCases {
            let before = RunStatus.allCases.filter { $0.next(in: operation).contains(.succeeded) }
            let expected: [RunStatus] =
                switch operation {
                case .apply, .destroy, .refresh: [.applying]
                case .push, .rollback: [.queued, .applying]
                case .import, .drift: [.planning, .applying]
                }
            #expect(before == expected, "\(operation)")
        }
    }

    @Test(arguments: Engine.allCases, RunOperation.allCases)
    func `the database takes exactly the steps that the table allows`(
        engine: Engine, operation: RunOperation
    ) async throws {
        try await withRecords(engine) { records, _ in
            for start in RunStatus.allCases {
                guard let path = path(to: start, in: operation) else { continue }
                for target in RunStatus.allCases where target != .queued {
                    let run = "\(start.rawValue)-\(target.rawValue)"
                    try await records.begin(run, operation)
                    for step in path { try await records.advance(run: run, to: step) }
                    let refusal = await failure { try await records.advance(run: run, to: target) }
                    if start.next(in: operation).contains(target) {
                        #expect(refusal == nil)
                        #expect(try await records.run(run)?.status == target)
                    } else {
                        #expect(refusal == "run `\(run)` is \(start.rawValue) and cannot become \(target.rawValue)")
                        #expect(try await records.run(run)?.status == start)
                    }
                }
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `a plan whose end was asked for is not saved, and one that waits ends instead of being applied`(
        engine: Engine
    )
        async throws
    {
        try await withRecords(engine) { records, _ in
            try await records.begin("late")
            try await records.advance(run: "late", to: .planning)
            #expect(try await records.requestCancel(run: "late", in: [.planning]))
            await #expect(throws: CancellationError.self) {
                try await records.savePlan(
                    run: "late", stack: "dev", status: .planned, binding: [:], summary: [:], artifacts: [:])
            }
            #expect(try await records.run("late")?.status == .planning)

            try await records.plan("waiting")
            try await records.requireWanted(run: "waiting")
            #expect(try await records.requestCancel(run: "waiting", in: [.planning]) == false)
            #expect(try await records.requestCancel(run: "waiting", in: [.planned]))
            let message = "run `waiting` was cancelled before anything was applied"
            let lock = try await records.lock("waiting")
            #expect(await failure { try await records.consumePlan(lock: lock, process: [:]) } == message)
            #expect(try await records.run("waiting")?.status == .canceled)

            try await records.plan("second")
            #expect(try await records.requestCancel(run: "second", in: [.planned]))
            #expect(
                await failure { try await records.requireWanted(run: "second") }
                    == "run `second` was cancelled before anything was applied")
            #expect(try await records.run("second")?.status == .canceled)
        }
    }

    /// The shortest way from `queued`; nil when there is none.
    private func path(to target: RunStatus, in operation: RunOperation) -> [RunStatus]? {
        var paths: [RunStatus: [RunStatus]] = [.queued: []]
        var open: [RunStatus] = [.queued]
        while !open.isEmpty {
            let next = open.removeFirst()
            for step in next.next(in: operation).sorted(by: { $0.rawValue < $1.rawValue }) where paths[step] == nil {
                paths[step] = (paths[next] ?? []) + [step]
                open.append(step)
            }
        }
        return paths[target]
    }
}
