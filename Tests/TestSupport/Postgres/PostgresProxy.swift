import CLinux
import Foundation
import Glibc
import Synchronization

/// Stands between clients and a server on loopback, and fails as networks do. A change is in effect when its call returns.
package final class PostgresProxy: Sendable {
    /// Where clients connect, on 127.0.0.1.
    package let port: UInt16
    private let target: UInt16
    private let wakeUp: Int32
    private let state = Mutex(State())

    /// What is asked of the thread that passes bytes on.
    struct Faults: Sendable {
        var refuses = false
        var stalls = false
        var delay = Duration.zero
        /// For one pass only.
        var cuts = false
        var ends = false
    }

    private struct State: Sendable {
        var faults = Faults()
        var changes: [CheckedContinuation<Void, Never>] = []
    }

    fileprivate init(to target: UInt16) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw SocketFailure("pipe2") }
        let listener: Int32
        do {
            (listener, port) = try listen()
        } catch {
            for end in ends { close(end) }
            throw error
        }
        wakeUp = ends[1]
        self.target = target
        let relay = ProxyRelay(listener: listener, wakeUp: ends[0], target: target)
        Thread.detachNewThread { [self] in relay.run(taking: take) }
    }

    /// A database's URL with the port of the proxy.
    package func url(_ url: String) -> String { url.replacing(":\(target)/", with: ":\(port)/") }

    /// Resets all connections that are open.
    package func cutAll() async { await change { $0.cuts = true } }

    /// Resets new connections at once, or lets them in.
    package func refuse(_ refuses: Bool) async { await change { $0.refuses = refuses } }

    /// Takes connections and passes nothing on, neither way, their end included; later all of it comes through.
    package func stall(_ stalls: Bool) async { await change { $0.stalls = stalls } }

    /// Holds what comes from now on for so long, each way.
    package func delay(milliseconds: Int) async { await change { $0.delay = .milliseconds(milliseconds) } }

    fileprivate func end() async {
        await change { $0.ends = true }
        close(wakeUp)
    }

    private func change(_ change: @Sendable (inout Faults) -> Void) async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                change(&state.faults)
                state.changes.append(continuation)
            }
            _ = write(wakeUp, [0], 1)
        }
    }

    /// What is asked for by now, and whom to tell when it is done.
    private func take() -> (faults: Faults, done: [CheckedContinuation<Void, Never>]) {
        state.withLock { state in
            defer {
                state.faults.cuts = false
                state.changes = []
            }
            return (state.faults, state.changes)
        }
    }
}

/// Gives the body a proxy, and ends it afterwards.
///
/// - Parameter target: the port of the server on 127.0.0.1.
package func withPostgresProxy<Value>(
    to target: UInt16, _ body: (PostgresProxy) async throws -> Value
) async throws -> Value {
    let proxy = try PostgresProxy(to: target)
    do {
        let value = try await body(proxy)
        await proxy.end()
        return value
    } catch {
        await proxy.end()
        throw error
    }
}
