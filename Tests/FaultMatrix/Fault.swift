import JSON
import TestSupport

/// One way of breaking a run.
package struct Fault: Sendable {
    package let name: String
    /// When it strikes, once for each.
    let moments: [Moment]
    /// What the run may end as.
    let endings: Set<String>
    /// Whether the executor must outlive it, and its exit code be in the record.
    var isHarmless = false
    /// Where the project keeps its data.
    var disk = Disk.ordinary
    var resource = Arena.Resource.builtIn
    /// Starts the apply of a planned run.
    var start: @Sendable (Trial) throws -> Follower = { trial in
        .process(try trial.arena.project.start(stack: trial.applyArguments))
    }
    /// Returns whether there was anything to strike: a run may be over by then.
    var strike: @Sendable (Trial) async throws -> Bool
    /// Takes away what keeps the run from being recovered, as a person would.
    var heal: @Sendable (Trial) async throws -> Void = { _ in }

    enum Disk { case ordinary, small }
}

/// When a fault strikes.
enum Moment: Hashable, Sendable, CustomStringConvertible {
    case beforePlan
    case beforeApply
    /// Once a stage is reached, and so many milliseconds later.
    case during(Stage, after: Int)
    /// At the n-th system call of a kind.
    case call(Int)

    enum Stage: Hashable, Sendable {
        /// The executor has been started.
        case executor
        /// Terraform has been started.
        case terraform
        /// So many marks have been left.
        case marks(Int)

        static let all: [Stage] = [.executor, .terraform] + (1...Arena.groups.count * Arena.count).map(Stage.marks)
    }

    /// Moments that are spread over a run.
    static func spread(_ count: Int, from stages: [Stage] = Stage.all) -> [Moment] {
        (0..<count).map { .during(stages[$0 * stages.count / count], after: $0 * 37 % 100) }
    }

    /// The same, while Terraform works.
    static func spreadOverTerraform(_ count: Int) -> [Moment] { spread(count, from: Array(Stage.all.dropFirst())) }

    var description: String {
        switch self {
        case .beforePlan: "before the plan"
        case .beforeApply: "before the apply"
        case .call(let number): "at call \(number)"
        case .during(.executor, let delay): "\(delay) ms after the executor's start"
        case .during(.terraform, let delay): "\(delay) ms after Terraform's start"
        case .during(.marks(let count), let delay): "\(delay) ms after mark \(count)"
        }
    }
}

/// Whoever watches an apply: the process that was called.
enum Follower: Sendable {
    case process(RunningProcess)
    case terminal(TerminalSession)

    var process: RunningProcess {
        switch self {
        case .process(let process): process
        case .terminal(let terminal): terminal.process
        }
    }

    /// Waits for its end.
    ///
    /// - Returns: everything that it has said.
    func end() async throws -> String {
        switch self {
        case .process(let process): return try await process.result().description
        case .terminal(let terminal):
            _ = try await terminal.exitCode()
            return terminal.text
        }
    }
}

/// One run that is broken once.
struct Trial: Sendable {
    let arena: Arena
    let round: Int
    let moment: Moment
    /// The run's id; empty before the plan.
    var run = ""
    /// What watches the apply; nil before it begins.
    var follower: Follower?

    var applyArguments: [String] { ["apply", "--run", run, "--new", "--auto-approve"] }

    /// Waits for the moment; a run that is over before has no later one.
    func wait(for stage: Moment.Stage, then delay: Int) async throws {
        try await eventually("\(moment) of run \(run)") {
            guard follower?.process.isRunning == true else { return true }
            return switch stage {
            case .executor: !arena.processes(.executor).isEmpty
            case .terraform: !arena.processes(.terraform).isEmpty
            case .marks(let count): arena.marks(of: round).count >= count
            }
        }
        try await Task.sleep(for: .milliseconds(delay))
    }
}
