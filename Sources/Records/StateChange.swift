import Cryptography
import Diagnostics
package import FoundationEssentials

/// The run that a change of a state by hand is recorded as.
package enum ChangingRun: Sendable {
    /// One that begins and ends with the change.
    case new(String, RunOperation, RunOrigin)
    /// One that has begun, and has made the state.
    case begun(String)

    package var id: String {
        switch self {
        case .new(let id, _, _), .begun(let id): id
        }
    }
}

extension Records {
    /// Makes a state that somebody has chosen the one to plan on, by a run that has succeeded then: all in one
    /// transaction, so that no process can die in the middle of it. The lock's number grows; who held it before can
    /// write nothing more.
    ///
    /// - Parameters:
    ///   - base: the version that the change was shown against, or made from.
    ///   - message: what was done, for people.
    ///   - secrets: what is sealed with the run as what is secret in that state.
    /// - Throws: a `Diagnostic` with the outcome `refused` when the stack has another state by now; `HeldLock` when a run
    ///   holds the stack's lock; `CancellationError` when somebody has asked for the run's end.
    package func change(
        stateOf stack: String, to version: NewStateVersion, from base: StateVersion, by changing: ChangingRun,
        message: String, secrets: Data
    ) async throws {
        let run = changing.id
        let now = timestamp
        let digest = key.keyedDigest(of: version.bytes)
        let records = self
        let sealedSecrets = try sealed(secrets, names: ["artifact", run, RunArtifact.secrets.rawValue])
        try await write(about: stack) { connection in
            try connection.requireUnlocked(stack)
            guard try connection.newestSettledSequence(of: stack) == base.sequence else { throw stateHasMoved() }
            if case .new(_, let operation, let origin) = changing {
                try connection.insert(run: run, stack, operation, origin, at: now)
            }
            guard try !connection.isCancelRequested(run: run) else { throw CancellationError() }
            try connection.advance(run: run, to: .succeeded, message: message, at: now)
            try connection.insert(sealedSecrets, .secrets, run: run)
            let sequence = try connection.newestSequence(of: stack) + 1
            try connection.insert(version, stack: stack, sequence: sequence, run: run, digest: digest, at: now)
            let names = stateNames(stack, version.lineage, run, sequence)
            try connection.insert(try records.sealed(version.bytes, names: names), stack: stack, sequence: sequence)
            try connection.settleStates(of: run, stack: stack, succeeded: false)
        }
    }
}

func stateHasMoved() -> Diagnostic {
    .error("the stack has another state by now; nothing was changed", hint: "Look again", outcome: .refused)
}
