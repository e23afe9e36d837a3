package import ChildProcess
package import Diagnostics
import Files
import SystemPackage

/// A wrapper around one command of Terraform: its providers' schemas and what is known to be valid come from a cache, the
/// rest from the real providers, and an interrupt lets what is being made come to its end.
package struct Gateway: Sendable {
    private let options: GatewayOptions
    /// Told warnings, and what a provider that crashed has left.
    private let report: @Sendable (Diagnostic) -> Void

    package init(_ options: GatewayOptions, report: @escaping @Sendable (Diagnostic) -> Void) {
        self.options = options
        self.report = report
    }

    /// Runs a command, and ends every provider when it has ended.
    ///
    /// Whatever is in the gateway's way is told, and Terraform then starts that provider, or all of them, itself.
    ///
    /// - Parameter interrupts: each is passed on to the command. Where it may be making something, the second one stops the
    ///   providers instead.
    /// - Throws: a `Diagnostic` when the command cannot be started; `CancellationError` when the task was cancelled before.
    package func run(
        _ words: [String], interrupts: some AsyncSequence<Void, Never> & Sendable
    ) async throws -> ChildExit {
        let command = TerraformCommand(words: words, folder: options.folder, environment: options.environment)
        guard command.usesProviders else { return try await run(command, [], interrupts) }
        let preparation: Preparation?
        do {
            preparation = try Preparation(of: command, options)
        } catch {
            report(.steppedAside(reason(of: error)))
            preparation = nil
        }
        guard let preparation else { return try await run(command, [], interrupts) }
        // What cannot be removed is of no use to anybody.
        defer { try? removeTree(preparation.scratch) }
        let served = await preparation.serve(report)
        let exit: Result<ChildExit, any Error>
        do {
            exit = .success(try await run(command, try await listen(served, in: preparation.scratch), interrupts))
        } catch {
            exit = .failure(error)
        }
        for provider in served {
            for words in await provider.processes.endAll() { report(.crashed(provider.installed.address, words)) }
        }
        preparation.cache.rememberUse(by: command.subcommand ?? "")
        if case .success(.exited(1)) = exit, served.contains(where: { $0.schema.cut != nil }) {
            report(.cutSchemaMayBeTheReason)
        }
        return try exit.get()
    }

    /// Nobody listens when it cannot be: Terraform does not know then that there is a gateway.
    private func listen(_ served: [ServedProvider], in scratch: FilePath) async throws -> [GatewayListener] {
        do {
            var listeners: [GatewayListener] = []
            for (number, provider) in served.enumerated() {
                listeners.append(try await GatewayListener(provider, socket: scratch.appending("\(number).sock")))
            }
            return listeners
        } catch {
            try Task.checkCancellation()
            report(.steppedAside(reason(of: error)))
            return []
        }
    }

    private func run(
        _ command: TerraformCommand, _ listeners: [GatewayListener],
        _ interrupts: some AsyncSequence<Void, Never> & Sendable
    ) async throws -> ChildExit {
        var environment = options.environment
        if !listeners.isEmpty { environment["TF_REATTACH_PROVIDERS"] = reattachSetting(listeners) }
        let program = command.words.first ?? ""
        let child = ChildCommand(
            program.contains("/") ? .path(options.folder.pushing(FilePath(program))) : .name(program),
            arguments: Array(command.words.dropFirst()), environment: environment, workingDirectory: options.folder)
        let (forwarded, forward) = AsyncStream<Void>.makeStream()
        let owner = ConnectionOwner()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for listener in listeners { group.addTask { await listener.serve(owner) } }
            let withheld = command.makesThings ? listeners.map(\.provider.processes) : []
            group.addTask { await pass(interrupts, to: forward, stopping: withheld) }
            defer { group.cancelAll() }
            let exit = try await runInForeground(child, interrupts: forwarded) { owner.set($0.pid) }
            for listener in listeners { await listener.provider.processes.cancelStarts() }
            return exit
        }
    }

    /// To Terraform the first interrupt means: begin nothing new, ask the providers to stop, and wait. Its second one means
    /// to exit at once, and to lose what is under way. Between the two lies what the gateway has kept from the providers.
    private func pass(
        _ interrupts: some AsyncSequence<Void, Never> & Sendable, to forward: AsyncStream<Void>.Continuation,
        stopping providers: [ProviderProcesses]
    ) async {
        await withDiscardingTaskGroup { group in
            var count = 0
            for await _ in interrupts {
                count += 1
                if count != 2 || providers.isEmpty { forward.yield() }
                guard !providers.isEmpty else { continue }
                if count == 1, options.stopTimeout != .zero { report(.waitingForProviders(options.stopTimeout)) }
                if count == 2 {
                    report(.stoppingProviders)
                    for processes in providers { group.addTask { await processes.letStopThrough() } }
                }
            }
        }
    }
}
