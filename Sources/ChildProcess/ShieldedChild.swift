import Subprocess

extension Execution {
    /// Does `work` and then waits for the child's end, passing requests to interrupt on to it all that time.
    ///
    /// The library offers no way to wait for the end inside the body of `run`, and only inside it a signal is certain
    /// to meet the child and not a process that has got its pid: hence the look at `/proc`.
    ///
    /// - Parameter interrupts: each element is one SIGINT to the child alone, not to what it started.
    func untilEnd(
        forwarding interrupts: some AsyncSequence<Void, Never> & Sendable,
        while work: () async throws -> Void = {}
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Fails only when the child has ended meanwhile.
                for await _ in interrupts { try? send(signal: .interrupt) }
            }
            try await work()
            try await waitForEnd()
            group.cancelAll()
        }
    }

    private func waitForEnd() async throws {
        let start = ContinuousClock.now
        while let status = try? ProcessStatus(of: processIdentifier.value), !status.hasEnded {
            // Noticed late by a fiftieth of the time that it took, at most.
            let delay = (ContinuousClock.now - start) / 50
            try await Task.sleep(for: max(min(delay, .milliseconds(10)), .milliseconds(1)))
        }
    }
}

extension Execution {
    /// The child of this execution, which has not been waited for yet, so its pid is its own.
    var identity: ProcessIdentity? { ProcessIdentity.of(processIdentifier.value) }
}
