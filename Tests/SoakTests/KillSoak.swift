import FaultMatrix
import Glibc
import JSON
import TestSupport

/// The rounds of a soak: each changes every resource of a stack, kills something meanwhile, recovers, and looks.
struct KillSoak {
    let arena: Arena

    struct Round: CustomStringConvertible {
        let number: Int
        let victims: Set<Arena.Role>
        let delay: Duration

        init(number: Int, using generator: inout SeededGenerator) {
            self.number = number
            victims = Set([.follower, .executor, .terraform].filter { _ in Bool.random(using: &generator) })
            delay = .milliseconds(Int.random(in: 0...1500, using: &generator))
        }

        var description: String {
            "round \(number), \(victims.map(\.rawValue).sorted().joined(separator: " and ")) killed after \(delay)"
        }
    }

    func play(_ round: Round) async throws {
        try arena.begin(round: round.number)
        let apply = try arena.project.start("apply", "app", "--new", "--auto-approve")
        try await eventually("an executor, or the end") { !apply.isRunning || !arena.processes(.executor).isEmpty }
        try await Task.sleep(for: round.delay)
        for process in round.victims.flatMap(arena.processes) { kill(process, SIGKILL) }
        _ = try await apply.result()
        let (run, _, _) = try await arena.settle(try await arena.project.newestRun(of: "app"))
        let lost = try await arena.lost(in: run, round: round.number)
        guard lost.isEmpty else { throw Timeout("lost: \(lost); run \(run.text)") }
        try await arena.requireNothingLeft(by: run["id"]?.stringValue ?? "")
        try await arena.finish()
    }
}
