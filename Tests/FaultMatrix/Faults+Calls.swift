import Foundation
import TestSupport

extension Fault {
    /// System calls that fail, or are the last of their process: `strace` injects them.
    static let ofCalls: [Fault] = [
        ofDatabase("fsync of the database fails", "fsync,fdatasync:error=EIO", endings: anyEnding),
        ofState("fsync of the state fails", "fsync:error=EIO", endings: ["succeeded"]),
        ofState("no space for the state", "write:error=ENOSPC", endings: ["failed", "succeeded"]),
        ofState("SIGKILL as the state is written", "write:signal=KILL", endings: ["failed", "succeeded"]),
    ]

    private static let moments = (1...10).map(Moment.call)

    /// A call on the database, in every process that an apply starts.
    private static func ofDatabase(_ name: String, _ injection: String, endings: Set<String>) -> Fault {
        Fault(
            name: name, moments: moments, endings: endings,
            start: { trial in
                let project = trial.arena.project
                let files = ["stack.db", "stack.db-wal"].map { project.path(".stack/\($0)") }
                let words = strace(injection, trial, files: files) + (try project.call) + trial.applyArguments
                return .process(try project.start(words[0], Array(words.dropFirst())))
            }, strike: hasInjected)
    }

    /// A call of Terraform's on its state, while it applies.
    private static func ofState(_ name: String, _ injection: String, endings: Set<String>) -> Fault {
        Fault(
            name: name, moments: moments, endings: endings,
            start: { trial in
                let tracer = strace(injection, trial, files: ["$PWD/terraform.tfstate"]).map { "\"\($0)\"" }
                try trial.arena.project.wrapTerraform(
                    "if [ \"$1\" = apply ]; then exec \(tracer.joined(separator: " ")) terraform \"$@\"; fi")
                return .process(try trial.arena.project.start(stack: trial.applyArguments))
            }, strike: hasInjected, heal: { try $0.arena.project.wrapTerraform("") })
    }

    /// Whether the call was reached, once the command is over.
    @Sendable private static func hasInjected(_ trial: Trial) async throws -> Bool {
        _ = try await trial.follower?.end()
        let log = try trial.arena.project.read(calls(of: trial))
        return log.contains("(INJECTED)") || log.contains("+++ killed by SIGKILL +++")
    }

    private static func calls(of trial: Trial) -> String { "\(trial.arena.project.scratch)/calls-\(trial.round)" }

    /// The words that start a command whose n-th call, counted in each thread, is tampered with.
    private static func strace(_ injection: String, _ trial: Trial, files: [String]) -> [String] {
        guard case .call(let number) = trial.moment else { return [] }
        let names = injection.prefix { $0 != ":" }
        return ["strace", "-f", "-qq", "-o", calls(of: trial), "-e", "trace=\(names)"]
            + ["-e", "inject=\(injection):when=\(number)"] + files.flatMap { ["-P", $0] }
    }
}
