import Foundation
import JSON
import TestSupport

extension Fault {
    package static let all: [Fault] = ofProcesses + ofStateFiles + ofCalls + ofDisks + ofDatabases

    /// Plays a share of the fault's moments, spread over all of them, in one project.
    ///
    /// - Parameter program: what is called as `stack`.
    package func play(share: Double, program: String = "stack") async -> Report.Row {
        let wanted = max(1, Int((Double(moments.count) * share).rounded()))
        var row = Report.Row(fault: name)
        do {
            try await withProject { project in
                project.callStack(by: [try TestProject.program(program)])
                let disk = disk == .small ? try await SmallDisk(for: project) : nil
                let arena = try await Arena(project, disk: disk, resource)
                for number in 0..<wanted {
                    let moment = moments[number * moments.count / wanted]
                    await play(Trial(arena: arena, round: number + 1, moment: moment), in: &row)
                }
            }
        } catch {
            row.failures.append("\(name): \(error)")
        }
        if row.struck == 0 { row.failures.append("\(name): no run was struck") }
        return row
    }

    private func play(_ trial: Trial, in row: inout Report.Row) async {
        var trial = trial
        row.points += 1
        do {
            try trial.arena.begin(round: trial.round)
            try await play(&trial, in: &row)
        } catch {
            row.stuck += 1
            row.failures.append("\(name), \(trial.moment), run \(trial.run): \(error)")
        }
    }

    private func play(_ trial: inout Trial, in row: inout Report.Row) async throws {
        if trial.moment == .beforePlan {
            if try await strike(trial) { row.struck += 1 }
            try requireWords(try await trial.arena.project.stack("plan", "app"))
            try await heal(trial)
        }
        try await trial.arena.succeed("plan", "app")
        trial.run = try await trial.arena.project.newestRun(of: "app")
        if trial.moment == .beforeApply, try await strike(trial) { row.struck += 1 }
        let follower = try start(trial)
        trial.follower = follower
        switch trial.moment {
        case .beforePlan, .beforeApply: break
        case .call: if try await strike(trial) { row.struck += 1 }
        case .during(let stage, let delay):
            try await trial.wait(for: stage, then: delay)
            if try await strike(trial) { row.struck += 1 }
        }
        let said = try await follower.end()
        if trial.moment != .beforePlan { try await heal(trial) }
        let (run, words, duration) = try await trial.arena.settle(trial.run)
        row.recoveries.append(duration)
        try await check(run, of: trial, said: said + words, in: &row)
        try await trial.arena.requireNothingLeft(by: trial.run)
        row.plansOnDamage += try await plansOnDamage(after: run, trial)
        try await trial.arena.finish()
    }

    private func check(_ run: JSONValue, of trial: Trial, said: String, in row: inout Report.Row) async throws {
        let context = "\(name), \(trial.moment), run \(trial.run)"
        let status = run["status"]?.stringValue ?? ""
        if !endings.contains(status) { row.failures.append("\(context): it ended as \(status)\n\(said)") }
        if isHarmless, status == "succeeded", run["exitCode"] != 0 {
            row.failures.append("\(context): no exit code 0 in \(run.text)")
        }
        let lost = try await trial.arena.lost(in: run, round: trial.round)
        row.lost += lost.count
        if !lost.isEmpty { row.failures.append("\(context): lost \(lost)\n\(said)") }
        let unknown = trial.arena.unknownAddresses(run)
        row.unknown += unknown.count
        let untold = unknown.filter { !said.contains("`\($0)` is unknown") }
        if !untold.isEmpty { row.failures.append("\(context): nobody was told of \(untold.sorted())\n\(said)") }
        if let message = run["message"]?.stringValue, !said.contains(message),
            !said.contains("\(trial.run) of `app` had")
        {
            row.failures.append("\(context): nobody was told: \(message)\n\(said)")
        }
    }

    /// What a plan would make although it is there and is known to be: then it was made on a state that is not whole.
    private func plansOnDamage(after run: JSONValue, _ trial: Trial) async throws -> Int {
        let plan = try await trial.arena.succeed("plan", "app").stdout
        let unknown = trial.arena.unknownAddresses(run)
        return trial.arena.marks(of: trial.round).filter {
            !unknown.contains($0.address) && plan.contains("# \($0.address) will be created")
        }.count
    }
}

/// A command that cannot do its work says why, and breaks in no other way.
func requireWords(_ result: CommandResult) throws {
    let isRefusal = [1, 3, 75].contains(result.exitCode) && result.stderr.contains("error: ")
    guard result.exitCode == 0 || isRefusal else { throw Timeout("no clear refusal: \(result.description)") }
}

/// Plays faults, some at a time.
package func play(_ faults: [Fault], share: Double, program: String = "stack") async -> Report {
    await withTaskGroup(of: (Int, Report.Row).self) { group in
        var waiting = faults.enumerated().makeIterator()
        func startNext() {
            guard let (index, fault) = waiting.next() else { return }
            group.addTask { (index, await fault.play(share: share, program: program)) }
        }
        for _ in 0..<lanes { startNext() }
        var rows: [Int: Report.Row] = [:]
        for await (index, row) in group {
            rows[index] = row
            startNext()
        }
        return Report(rows: faults.indices.compactMap { rows[$0] })
    }
}

/// Most of a trial is waiting.
private let lanes = ProcessInfo.processInfo.activeProcessorCount + 1
