import Diagnostics
import FoundationEssentials
import Glibc
import JSON
import LockHistory
import Records
import TestSupport

/// What one process does.
actor Worker {
    let records: Records
    let history: HistoryFile
    private let stacks: [String]
    private let checks: Bool
    private var generator: SeededGenerator
    private var rounds = 0

    init(records: Records, history: HistoryFile, stacks: [String], seed: UInt64, checks: Bool) {
        self.records = records
        self.history = history
        self.stacks = stacks
        self.checks = checks
        generator = SeededGenerator(seed: seed)
    }

    /// One run: from its beginning, or that of another worker's that is dead, to its end.
    func playRound() async throws {
        rounds += 1
        let stack = stacks.randomElement(using: &generator) ?? ""
        let run = "\(getpid())-\(rounds)"
        guard await prepare(run, of: stack), let lock = try await acquire(stack, run) else { return }
        let applies = Int.random(in: 1...3, using: &generator) == 1
        if applies, try await consume(lock) != .ok { return try await conclude(lock) }
        for number in 1...Int.random(in: 2...5, using: &generator) {
            await pause()
            if Bool.random(using: &generator) { _ = try await renew(lock) }
            if try await write(number, lock) == .refused { break }
        }
        await pause()
        if !applies, Bool.random(using: &generator) { _ = try await consume(lock) }
        try await conclude(lock)
    }

    /// Records the run with its plan; its own affair, so it is not told.
    private func prepare(_ run: String, of stack: String) async -> Bool {
        let origin = RunOrigin(user: "worker", host: "here", commit: nil, isClean: nil, program: "1")
        do {
            try await records.begin(run: run, stack: stack, operation: .apply, origin: origin, process: .null)
            try await records.advance(run: run, to: .planning)
            try await records.advance(run: run, to: .planned)
            return true
        } catch {
            return false
        }
    }

    private func acquire(_ stack: String, _ run: String) async throws -> LockToken? {
        let owner = LockOwner(name: "worker", user: nil, process: thisProcess())
        for _ in 1...20 {
            var given: LockToken?
            var holder: LockHolder?
            let outcome = try await tell(Operation(.acquire, stack: stack, run: run, begin: monotonicTime())) {
                operation in
                switch try await records.acquireLock(
                    stack: stack, run: run, owner: owner, lease: .nanoseconds(Int64(workerLease)))
                {
                case .success(let lock):
                    given = lock
                    operation.token = lock.token
                case .failure(let held):
                    holder = held.holder
                    throw held
                }
            }
            // Of one that was not heard of the lease will be over.
            guard outcome == .refused, let holder else { return given }
            // One whose lease is over is held on for a run that applies.
            if holder.hasExpired, isDead(holder.owner.process) { try await takeOver(holder) }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 20...100, using: &generator)))
        }
        return nil
    }

    /// Takes over what a dead worker was applying, keeps its last state and ends it.
    private func takeOver(_ holder: LockHolder) async throws {
        var taken: LockToken?
        _ = try await tell(
            Operation(.takeOver, stack: holder.stack, run: holder.run, begin: monotonicTime())
        ) { operation in
            let (lock, run) = try await records.takeOver(holder)
            taken = lock
            operation.token = lock.token
            operation.message = run.status.rawValue
        }
        guard let taken else { return }
        // By number none of those that the dead one may have written.
        if try await write(100 + taken.token, taken) == .refused { return }
        var end = Operation.Outcome.unknown
        while end == .unknown {
            end = try await tell(Operation(.end, taken)) { _ in
                try await records.endByForce(taken, message: "its worker is dead")
            }
        }
    }

    private func consume(_ lock: LockToken) async throws -> Operation.Outcome {
        try await tell(Operation(.consume, lock)) { _ in
            let base = try await records.newestSettledState(of: lock.stack)?.sequence ?? 0
            try await records.consumePlan(lock: lock, base: base, process: .null)
        }
    }

    private func renew(_ lock: LockToken) async throws -> Operation.Outcome {
        try await tell(Operation(.renew, lock)) { _ in
            guard try await records.renew(lock, phase: "writing", lease: .nanoseconds(Int64(workerLease))) else {
                throw Lost()
            }
        }
    }

    private func write(_ number: Int, _ lock: LockToken) async throws -> Operation.Outcome {
        let content = content(ofWrite: number, by: lock.run)
        let version = NewStateVersion(
            bytes: Data(content.utf8), lineage: lock.stack, serial: number, terraformVersion: "1", resources: 0)
        let outcome = try await tell(Operation(.write, lock, number: number)) { operation in
            operation.sequence = try await records.takeIn(version, lock: lock)
        }
        guard outcome == .refused, !checks else { return outcome }
        return try await tell(Operation(.write, lock, number: number)) { operation in
            guard let holder = try await records.lockHolder(of: lock.stack) else { throw Lost() }
            let current = LockToken(stack: lock.stack, run: holder.run, token: holder.token)
            operation.sequence = try await records.takeIn(version, lock: current)
        }
    }

    /// Ends the run if it applies, and gives the lock back: until it is known that it is another's by now.
    private func conclude(_ lock: LockToken) async throws {
        while true {
            let finished = try await tell(Operation(.finish, lock)) { _ in
                try await records.finish(
                    lock: lock, status: .succeeded, message: nil, exitCode: 0, unknownResources: nil)
            }
            if finished == .ok { return }
            guard finished == .refused else { continue }
            let released = try await tell(Operation(.release, lock)) { _ in try await records.releaseLock(lock) }
            if released == .ok { return }
        }
    }

    /// Sometimes for longer than the lease.
    private func pause() async {
        let isLong = Int.random(in: 1...6, using: &generator) == 1
        let time = isLong ? Int.random(in: 600...1200, using: &generator) : Int.random(in: 0...40, using: &generator)
        try? await Task.sleep(for: .milliseconds(time))
    }

    /// Does something, and tells the history of it before and after.
    private func tell(
        _ operation: Operation, _ work: (inout Operation) async throws -> Void
    ) async throws -> Operation.Outcome {
        var operation = operation
        let id = try history.began(operation)
        do {
            try await work(&operation)
            operation.outcome = .ok
        } catch is HeldLock {
            operation.outcome = .refused
        } catch is Lost {
            operation.outcome = .refused
        } catch let problem as Diagnostic {
            operation.outcome =
                switch problem.outcome {
                case .refused: .refused
                case .unavailable: .unknown
                default: .failed
                }
            operation.message = problem.message
        }
        operation.end = monotonicTime()
        try history.ended(id, operation)
        return operation.outcome
    }
}

/// The lock is not this worker's any more.
private struct Lost: Error {}

extension Operation {
    fileprivate init(_ kind: Kind, _ lock: LockToken, number: Int? = nil) {
        self.init(
            kind, stack: lock.stack, run: lock.run, token: lock.token, number: number, begin: monotonicTime())
    }
}
