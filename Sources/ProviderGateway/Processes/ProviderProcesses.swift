/// What a pool has to know of a process.
protocol PooledProcess: Sendable {
    /// Whether nobody can use it any more.
    var hasEnded: Bool { get }

    /// Asks it to stop what it does.
    func stop() async

    /// Ends it.
    ///
    /// - Returns: its last words, when it had crashed before.
    func end() async -> String?
}

/// The processes of one provider, and which connection of Terraform has which.
///
/// A process on which a connection has configured its provider is that connection's for good. One that nobody has
/// configured, and that does nothing, goes to whoever needs one: what validates a configuration serves the plan.
actor ProviderProcesses<Process: PooledProcess> {
    /// A connection, by its number.
    typealias Connection = Int
    typealias Starting = Task<Process, any Error>

    private struct Use {
        var process: Starting
        var isConfigured = false
        var calls = 0
    }

    private let start: @Sendable () async throws -> Process
    private var free: [Starting] = []
    private var uses: [Connection: Use] = [:]
    private var started: [Starting] = []
    private let stopTimeout: Duration?
    /// Ends the time for which calls to stop are withheld.
    private var stopTimer: Task<Void, any Error>?
    private var letsStopThrough: Bool
    /// Where Terraform has asked the provider to stop, and the provider was not told.
    private var withheld: Set<Connection> = []

    /// - Parameter stopTimeout: how long what a provider does goes on after Terraform has asked it to stop; nil for as long
    ///   as it takes.
    init(stopTimeout: Duration?, start: @escaping @Sendable () async throws -> Process) {
        self.stopTimeout = stopTimeout
        letsStopThrough = stopTimeout == .zero
        self.start = start
    }

    /// A process that nobody has, for calls of the gateway's own, or ahead of the first need.
    @discardableResult
    func startAhead() -> Starting {
        if let first = free.first { return first }
        let process = startNew()
        free.append(process)
        return process
    }

    /// The process for a call of a connection; the call has to be ended by `end`.
    ///
    /// - Parameter configures: whether the call makes the process the connection's own.
    /// - Throws: when it could not be started; the next call tries anew.
    func begin(for connection: Connection, configures: Bool) async throws -> Process {
        var use = uses[connection] ?? Use(process: free.popLast() ?? takeIdle() ?? startNew())
        let isExchangeable = !use.isConfigured
        use.calls += 1
        use.isConfigured = use.isConfigured || configures
        uses[connection] = use
        var process = try await value(of: use.process, for: connection)
        if isExchangeable, process.hasEnded {
            // It has died before anybody had configured it: another one is as good.
            if uses[connection]?.process == use.process { uses[connection]?.process = startNew() }
            process = try await value(of: uses[connection]?.process ?? use.process, for: connection)
        }
        if letsStopThrough, withheld.remove(connection) != nil { await process.stop() }
        return process
    }

    /// Nobody gets a process again that did not start.
    private func value(of process: Starting, for connection: Connection) async throws -> Process {
        do {
            return try await process.value
        } catch {
            if uses[connection]?.process == process { uses[connection] = nil }
            throw error
        }
    }

    func end(for connection: Connection) { uses[connection]?.calls -= 1 }

    /// Terraform needs the connection no more.
    func close(_ connection: Connection) async {
        withheld.remove(connection)
        guard let use = uses.removeValue(forKey: connection) else { return }
        if use.isConfigured || use.calls > 0 {
            _ = await (try? use.process.value)?.end()
        } else {
            free.append(use.process)
        }
    }

    /// Whether a call to stop goes to the connection's process. One that does not is made up for when it may.
    func passesStop(of connection: Connection) -> Bool {
        if letsStopThrough { return uses[connection] != nil }
        withheld.insert(connection)
        if let stopTimeout, stopTimer == nil {
            stopTimer = Task {
                try await Task.sleep(for: stopTimeout)
                await letStopThrough()
            }
        }
        return false
    }

    /// Whether what a provider does goes on when Terraform asks it to stop.
    var withholdsStop: Bool { !letsStopThrough }

    /// Nothing is waited for any longer: stops what Terraform has asked to be stopped, now and from now on.
    func letStopThrough() async {
        letsStopThrough = true
        await withDiscardingTaskGroup { group in
            for connection in withheld {
                guard let process = uses[connection]?.process else { continue }
                withheld.remove(connection)
                group.addTask {
                    // A provider that is gone has stopped.
                    try? await process.value.stop()
                }
            }
        }
    }

    /// Nobody waits any longer for what has not come up yet.
    func cancelStarts() {
        for process in started { process.cancel() }
    }

    /// Ends them all, and waits for none to come up.
    ///
    /// - Returns: the last words of those that had crashed.
    func endAll() async -> [String] {
        stopTimer?.cancel()
        cancelStarts()
        return await withTaskGroup(of: String?.self) { group in
            for process in started { group.addTask { await (try? process.value)?.end() } }
            var words: [String] = []
            for await last in group { words += [last].compactMap(\.self) }
            return words
        }
    }

    private func takeIdle() -> Starting? {
        guard let idle = uses.first(where: { !$0.value.isConfigured && $0.value.calls == 0 }) else { return nil }
        return uses.removeValue(forKey: idle.key)?.process
    }

    private func startNew() -> Starting {
        let process = Task { [start] in try await start() }
        started.append(process)
        return process
    }
}
