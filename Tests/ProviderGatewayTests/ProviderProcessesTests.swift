import Synchronization
import TestSupport
import Testing

@testable import ProviderGateway

/// A process that does nothing but remember what is asked of it.
private final class Fake: PooledProcess {
    let number: Int
    private let state = Mutex((hasEnded: false, hasCrashed: false, stops: 0))

    init(_ number: Int) { self.number = number }

    var hasEnded: Bool { state.withLock(\.hasEnded) }
    var stops: Int { state.withLock(\.stops) }

    func stop() async { state.withLock { $0.stops += 1 } }

    func end() async -> String? {
        state.withLock { state in
            state.hasEnded = true
            return state.hasCrashed ? "crashed \(number)" : nil
        }
    }

    func crash() {
        state.withLock { state in
            state.hasEnded = true
            state.hasCrashed = true
        }
    }
}

/// Starts fakes, of which some fail.
private final class Starter: Sendable {
    struct Failed: Error {}

    private let state = Mutex((count: 0, failures: 0))

    var count: Int { state.withLock(\.count) }

    func fail(_ times: Int) { state.withLock { $0.failures = times } }

    func start() throws -> Fake {
        try state.withLock { state in
            state.count += 1
            guard state.failures == 0 else {
                state.failures -= 1
                throw Failed()
            }
            return Fake(state.count)
        }
    }
}

@Suite struct ProviderProcessesTests {
    private let starter = Starter()

    private func pool(stopTimeout: Duration? = nil) -> ProviderProcesses<Fake> {
        ProviderProcesses(stopTimeout: stopTimeout) { [starter] in try starter.start() }
    }

    @Test func `what is configured is its connection's for good, and ends with it`() async throws {
        let pool = pool()
        let first = try await pool.begin(for: 1, configures: true)
        await pool.end(for: 1)
        let second = try await pool.begin(for: 2, configures: true)
        await pool.end(for: 2)
        #expect(try await pool.begin(for: 1, configures: false) === first && first !== second)
        await pool.end(for: 1)
        await pool.close(1)
        #expect(first.hasEnded && !second.hasEnded)
        let third = try await pool.begin(for: 3, configures: false)
        #expect(third !== first && third !== second && starter.count == 3)
    }

    @Test func `what nobody has configured goes to whoever needs one, but not while it works`() async throws {
        let pool = pool()
        let first = try await pool.begin(for: 1, configures: false)
        let second = try await pool.begin(for: 2, configures: false)
        #expect(first !== second)
        await pool.end(for: 1)
        #expect(try await pool.begin(for: 3, configures: true) === first)
        // Closed without having been configured, and while it works.
        await pool.close(2)
        #expect(second.hasEnded)
        let fourth = try await pool.begin(for: 4, configures: false)
        await pool.end(for: 4)
        await pool.close(4)
        #expect(try await pool.begin(for: 5, configures: true) === fourth && starter.count == 3)
    }

    @Test func `what was started ahead is used first, and only one is`() async throws {
        let pool = pool()
        await pool.startAhead()
        let ahead = try await pool.startAhead().value
        #expect(try await pool.begin(for: 1, configures: true) === ahead && starter.count == 1)
    }

    @Test func `a start that fails fails its calls, and the next call tries anew`() async throws {
        let pool = pool()
        starter.fail(1)
        await #expect(throws: Starter.Failed.self) { try await pool.begin(for: 1, configures: true) }
        let process = try await pool.begin(for: 1, configures: true)
        #expect(process.number == 2)
        await pool.end(for: 1)
        #expect(try await pool.begin(for: 1, configures: false) === process)
    }

    @Test func `one that has died unconfigured is exchanged, and one that was configured is not`() async throws {
        let pool = pool()
        let ahead = try await pool.startAhead().value
        ahead.crash()
        let process = try await pool.begin(for: 1, configures: true)
        #expect(process !== ahead)
        await pool.end(for: 1)
        process.crash()
        #expect(try await pool.begin(for: 1, configures: false) === process)
        #expect(await pool.endAll() == ["crashed 1", "crashed 2"])
    }

    @Test func `a stop is withheld until it may go through, and then made up for once`() async throws {
        let pool = pool()
        let first = try await pool.begin(for: 1, configures: true)
        let other = try await pool.begin(for: 2, configures: true)
        #expect(await pool.passesStop(of: 1) == false)
        // Of one that has no process yet.
        #expect(await pool.passesStop(of: 3) == false)
        #expect(first.stops == 0)
        await pool.letStopThrough()
        await pool.letStopThrough()
        #expect(first.stops == 1 && other.stops == 0)
        #expect(await pool.passesStop(of: 2) == true)
        #expect(try await pool.begin(for: 3, configures: true).stops == 1)
    }

    @Test func `a stop goes through at once where nothing is made, and after its time`() async throws {
        let reading = pool(stopTimeout: .zero)
        _ = try await reading.begin(for: 1, configures: true)
        #expect(await reading.passesStop(of: 1) == true)
        let making = pool(stopTimeout: .milliseconds(1))
        let process = try await making.begin(for: 1, configures: true)
        #expect(await making.passesStop(of: 1) == false)
        while process.stops == 0 { await Task.yield() }
        #expect(await making.passesStop(of: 1) == true && process.stops == 1)
    }

    /// Connections come, call, configure and go in random order: nobody ever gets another's configured process.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `no connection ever has what another has configured`(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let pool = pool()
        var owners: [Int: Int] = [:]
        var open: [Int: Int] = [:]
        for _ in 1...400 {
            let connection = Int.random(in: 1...8, using: &generator)
            switch Int.random(in: 0...9, using: &generator) {
            case 0:
                await pool.close(connection)
                open[connection] = nil
                owners = owners.filter { $0.value != connection }
            case 1...4 where open[connection, default: 0] > 0:
                await pool.end(for: connection)
                open[connection, default: 0] -= 1
            default:
                let configures = Bool.random(using: &generator)
                let process = try await pool.begin(for: connection, configures: configures)
                open[connection, default: 0] += 1
                let owner = owners[process.number]
                #expect((owner == nil || owner == connection) && !process.hasEnded, "seed \(seed)")
                if configures { owners[process.number] = connection }
            }
        }
    }
}
