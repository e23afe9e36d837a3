import Synchronization

/// A request to end that came from outside.
package enum StopSignal: Int32, Hashable, Sendable {
    case hangUp = 1
    case interrupt = 2
    case terminate = 15

    /// What the process exits with when it ended for this.
    package var exitCode: Int32 { 128 + rawValue }
}

/// The signals of the process, given to whoever knows what to do with them at the moment.
///
/// Unless a command has asked for them (an apply does), a signal cancels the command.
package final class Signals: Sendable {
    private struct State {
        var received: StopSignal?
        var cancel: (@Sendable () -> Void)?
        var insist: (@Sendable () async -> Void)?
        var subscriber: AsyncStream<StopSignal>.Continuation?
    }

    private let state = Mutex(State())

    package init() {}

    package func receive(_ signal: StopSignal) {
        let act = state.withLock { state -> (@Sendable () -> Void)? in
            if let subscriber = state.subscriber {
                subscriber.yield(signal)
                return nil
            }
            guard state.received == nil else {
                guard let insist = state.insist else { return nil }
                return { Task { await insist() } }
            }
            state.received = signal
            return state.cancel
        }
        act?()
    }

    /// The signal that cancelled the command, if one did.
    var cancellation: StopSignal? { state.withLock(\.received) }

    /// The command ended for this signal, which it took care of itself.
    func ended(by signal: StopSignal) {
        state.withLock { $0.received = signal }
    }

    /// What a signal does from now on, and at once when one has come already.
    func onCancel(_ cancel: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.cancel = cancel
            return state.received != nil
        }
        if isLate { cancel() }
    }

    /// Does some work during which whoever asks for the end a second time gets more than the cancellation.
    func insisting<Value: Sendable>(
        by insist: @escaping @Sendable () async -> Void, _ work: () async throws -> Value
    ) async rethrows -> Value {
        state.withLock { $0.insist = insist }
        defer { state.withLock { $0.insist = nil } }
        return try await work()
    }

    /// Does some work with the signals in its own hands.
    func handled<Value: Sendable>(
        by work: (AsyncStream<StopSignal>) async throws -> Value
    ) async throws -> Value {
        let (stream, continuation) = AsyncStream<StopSignal>.makeStream()
        state.withLock { $0.subscriber = continuation }
        defer {
            state.withLock { $0.subscriber = nil }
            continuation.finish()
        }
        return try await work(stream)
    }
}
