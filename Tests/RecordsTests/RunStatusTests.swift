import JSON
import Records
import Testing

struct RunStatusTests {
    @Test func `no path leaves a terminal state, and every state reaches one`() {
        for start in RunStatus.allCases {
            var seen: Set<RunStatus> = [start]
            var open = [start]
            while let next = open.popLast() {
                for step in next.next where seen.insert(step).inserted { open.append(step) }
            }
            if start.isTerminal { #expect(seen == [start]) }
            #expect(seen.contains { $0.isTerminal }, "\(start) leads to no end")
            #expect(start == .queued || !seen.subtracting([start]).contains(.queued), "\(start) is queued again")
        }
    }

    @Test func `applying is entered only with a saved plan and left only for an end`() {
        for status in RunStatus.allCases where status.next.contains(.applying) {
            #expect(status.hasPendingPlan)
        }
        #expect(RunStatus.applying.next.allSatisfy { $0.isTerminal })
    }

    @Test(arguments: RunStatus.allCases.filter { $0 != .queued })
    func `the database takes exactly the steps that the table allows`(target: RunStatus) async throws {
        try await withRecords { records, _ in
            for start in RunStatus.allCases {
                let run = "\(start.rawValue)-\(target.rawValue)"
                try await records.begin(run)
                for step in path(to: start) { try await records.advance(run: run, to: step) }
                let refusal = await failure { try await records.advance(run: run, to: target) }
                if start.next.contains(target) {
                    #expect(refusal == nil)
                    #expect(try await records.run(run)?.status == target)
                } else {
                    #expect(refusal == "run `\(run)` is \(start.rawValue) and cannot become \(target.rawValue)")
                    #expect(try await records.run(run)?.status == start)
                }
            }
        }
    }

    @Test func `a plan whose end was asked for is not saved, and one that waits ends instead of being applied`()
        async throws
    {
        try await withRecords { records, _ in
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

    /// The shortest way from `queued`.
    private func path(to target: RunStatus) -> [RunStatus] {
        var paths: [RunStatus: [RunStatus]] = [.queued: []]
        var open: [RunStatus] = [.queued]
        while !open.isEmpty {
            let next = open.removeFirst()
            for step in next.next.sorted(by: { $0.rawValue < $1.rawValue }) where paths[step] == nil {
                paths[step] = (paths[next] ?? []) + [step]
                open.append(step)
            }
        }
        return paths[target] ?? []
    }
}
