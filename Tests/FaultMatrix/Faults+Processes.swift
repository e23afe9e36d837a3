import Glibc
import TestSupport

extension Fault {
    /// Everything that works on a run, killed or told to end; and the terminal taken away.
    static let ofProcesses: [Fault] = [
        Fault(
            name: "SIGKILL to the executor", moments: Moment.spread(50),
            endings: ["succeeded", "interrupted", "planned"]
        ) { send(SIGKILL, to: [.executor], $0) },
        Fault(
            name: "SIGKILL to the follower", moments: Moment.spread(10), endings: ["succeeded"], isHarmless: true
        ) { send(SIGKILL, to: [.follower], $0) },
        Fault(
            name: "SIGKILL to Terraform", moments: Moment.spreadOverTerraform(10), endings: ["failed", "succeeded"]
        ) { send(SIGKILL, to: [.terraform], $0) },
        Fault(
            name: "SIGKILL to the whole group", moments: Moment.spread(10),
            endings: ["succeeded", "interrupted", "planned"]
        ) { killAll(of: $0) },
        Fault(
            name: "SIGKILL to the provider", moments: Moment.spreadOverTerraform(10), endings: ["failed", "succeeded"],
            resource: .provided
        ) { send(SIGKILL, to: [.provider], $0) },
        Fault(
            name: "SIGINT to Terraform", moments: Moment.spreadOverTerraform(10), endings: ["failed", "succeeded"]
        ) { send(SIGINT, to: [.terraform], $0) },
        Fault(
            name: "SIGTERM to the follower", moments: Moment.spread(10),
            endings: ["canceled", "succeeded", "planned"]
        ) { send(SIGTERM, to: [.follower], $0) },
        Fault(
            name: "SIGTERM to the executor", moments: Moment.spread(10),
            endings: ["canceled", "succeeded", "planned"]
        ) { send(SIGTERM, to: [.executor], $0) },
        Fault(
            name: "SIGHUP to the follower", moments: Moment.spread(10), endings: ["succeeded"], isHarmless: true
        ) { send(SIGHUP, to: [.follower], $0) },
        Fault(
            name: "SIGHUP to the executor", moments: Moment.spread(10),
            // One that has not begun yet may end; its plan is still good then.
            endings: ["succeeded", "planned"], isHarmless: true
        ) { send(SIGHUP, to: [.executor], $0) },
        Fault(
            name: "a closed terminal", moments: Moment.spread(10), endings: ["succeeded"], isHarmless: true,
            start: inTerminal
        ) { trial in
            guard case .terminal(let terminal) = trial.follower else { return false }
            let isRunning = terminal.process.isRunning
            terminal.close()
            return isRunning
        },
        Fault(
            name: "detaching at a terminal", moments: Moment.spreadOverTerraform(10), endings: ["succeeded"],
            isHarmless: true, start: inTerminal, strike: detach),
    ]

    @Sendable private static func inTerminal(_ trial: Trial) throws -> Follower {
        .terminal(try trial.arena.project.terminal("apply", "--run", trial.run, "--new", "--auto-approve"))
    }

    private static func send(_ signal: Int32, to roles: [Arena.Role], _ trial: Trial) -> Bool {
        roles.flatMap(trial.arena.processes).filter { kill($0, signal) == 0 }.count > 0
    }

    /// The executor, Terraform, and whatever they have started; not the follower.
    static func killAll(of trial: Trial) -> Bool {
        // Stopped first, so that none starts another meanwhile.
        let hits = [SIGSTOP, SIGKILL].map { signal in
            processes(withEnvironment: "STACK_RUN_ID", value: trial.run).filter { kill($0, signal) == 0 }.count
        }
        return hits.contains { $0 > 0 }
    }

    /// Ctrl-C, and `d` for an answer.
    @Sendable private static func detach(_ trial: Trial) async throws -> Bool {
        guard case .terminal(let terminal) = trial.follower else { return false }
        terminal.interrupt()
        try await eventually("the question, or the end") {
            terminal.text.contains("type d and Enter to detach") || !terminal.process.isRunning
        }
        let isRunning = terminal.process.isRunning
        terminal.type("d\n")
        return isRunning
    }
}
