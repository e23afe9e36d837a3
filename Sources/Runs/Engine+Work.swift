import Diagnostics
import Records
import Secrets

extension Engine {
    /// Does the work of a run that has begun and changes nothing before its last step. Whatever goes wrong with it, or ends
    /// it, is recorded as the run's end and told.
    ///
    /// - Throws: what the work throws, masked; a `Diagnostic` when somebody has asked for the run's end by `stack cancel`.
    func work<Value: Sendable>(
        on run: String, log: EventLog, secrets: SecretValues, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        do {
            return try await untilCanceled(run: run, work)
        } catch {
            // What somebody's `stack cancel` brings about may look like another failure.
            let mark = try? await records.run(run)?.cancelRequestedAt
            let wasCanceled = error is CancellationError || Task.isCancelled || mark != nil
            let error = masked(error, with: secrets)
            let message = wasCanceled ? "interrupted" : firstMessage(of: error)
            // When not even this can be recorded, the first error is the one to tell; recovery ends the run.
            try? await withoutCancellation { [records] in
                try await records.advance(run: run, to: wasCanceled ? .canceled : .failed, message: message)
            }
            await log.emit(.ended(wasCanceled ? .canceled : .failed, message: message))
            await log.flush()
            if wasCanceled, !Task.isCancelled {
                throw Diagnostic.error("run `\(run)` was cancelled by `stack cancel`; nothing was changed")
            }
            throw error
        }
    }

    /// Does the work, and cancels it when somebody asks for the run's end (`stack cancel`).
    private func untilCanceled<Value: Sendable>(
        run: String, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask { [records] in
                repeat {
                    try await Task.sleep(for: cancelPollInterval)
                } while (try? await records.run(run))?.flatMap(\.cancelRequestedAt) == nil
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
                group.cancelAll()
            }
            throw CancellationError()
        }
    }
}

/// How often a process that works on a run looks whether somebody wants it to stop.
let cancelPollInterval = Duration.milliseconds(500)
