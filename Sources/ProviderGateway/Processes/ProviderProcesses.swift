/// The processes of one provider, and which connection of Terraform has which.
///
/// A process on which a connection has configured its provider is that connection's for good. One that nobody has
/// configured, and that does nothing, goes to whoever needs one: what validates a configuration serves the plan.
actor ProviderProcesses {
    /// A connection, by its number.
    typealias Connection = Int
    private typealias Starting = Task<ProviderProcess, any Error>

    private struct Use {
        let process: Starting
        var isConfigured = false
        var calls = 0
        /// Terraform has asked the provider to stop, and the provider was not told.
        var isStopWithheld = false
    }

    private let start: @Sendable (_ number: Int) async throws -> ProviderProcess
    private var free: [Starting] = []
    private var uses: [Connection: Use] = [:]
    private var started: [Starting] = []
    private let stopTimeout: Duration?
    /// Ends the time for which calls to stop are withheld.
    private var stopTimer: Task<Void, any Error>?
    private var letsStopThrough: Bool

    /// - Parameter stopTimeout: how long what a provider does goes on after Terraform has asked it to stop; nil for as long
    ///   as it takes.
    init(stopTimeout: Duration?, start: @escaping @Sendable (_ number: Int) async throws -> ProviderProcess) {
        self.stopTimeout = stopTimeout
        letsStopThrough = stopTimeout == .zero
        self.start = start
    }

    /// A process that nobody has, for calls of the gateway's own, or ahead of the first need.
    @discardableResult
    func startAhead() -> Task<ProviderProcess, any Error> {
        if let first = free.first { return first }
        let process = startNew()
        free.append(process)
        return process
    }

    /// The process for a call of a connection; the call has to be ended by `end`.
    ///
    /// - Parameter configures: whether the call makes the process the connection's own.
    /// - Throws: when it could not be started.
    func begin(for connection: Connection, configures: Bool) async throws -> ProviderProcess {
        var use = uses[connection] ?? Use(process: free.popLast() ?? takeIdle() ?? startNew())
        use.calls += 1
        use.isConfigured = use.isConfigured || configures
        uses[connection] = use
        do {
            return try await use.process.value
        } catch {
            end(for: connection)
            throw error
        }
    }

    func end(for connection: Connection) { uses[connection]?.calls -= 1 }

    /// Terraform needs the connection no more.
    func close(_ connection: Connection) async {
        guard let use = uses.removeValue(forKey: connection) else { return }
        if use.isConfigured || use.calls > 0 {
            _ = await (try? use.process.value)?.end()
        } else {
            free.append(use.process)
        }
    }

    /// Whether a call to stop goes to the connection's process. One that does not is made up for when it may.
    func passesStop(of connection: Connection) -> Bool {
        guard uses[connection] != nil else { return false }
        uses[connection]?.isStopWithheld = !letsStopThrough
        if let stopTimeout, !letsStopThrough, stopTimer == nil {
            stopTimer = Task {
                try await Task.sleep(for: stopTimeout)
                await letStopThrough()
            }
        }
        return letsStopThrough
    }

    /// Nothing is waited for any longer: stops what Terraform has asked to be stopped, now and from now on.
    func letStopThrough() async {
        letsStopThrough = true
        let withheld = uses.values.filter(\.isStopWithheld).map(\.process)
        await withDiscardingTaskGroup { group in
            for process in withheld {
                group.addTask {
                    // A provider that is gone has stopped.
                    guard let process = try? await process.value else { return }
                    _ = try? await process.call(ProviderCall.stopPath(process.protocolVersion))
                }
            }
        }
    }

    /// Nobody waits any longer for what has not come up yet.
    func cancelStarts() {
        for process in started { process.cancel() }
    }

    /// Ends them all.
    ///
    /// - Returns: the last words of those that had crashed.
    func endAll() async -> [String] {
        stopTimer?.cancel()
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
        let number = started.count
        let process = Task { [start] in try await start(number) }
        started.append(process)
        return process
    }
}
