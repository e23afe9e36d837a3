package import ChildProcess
package import Diagnostics
import Files
import SystemPackage

/// A wrapper around one command of Terraform: its providers' schemas and what is known to be valid come from a cache, the
/// rest from the real providers, and an interrupt lets what is being made come to its end.
package struct Gateway: Sendable {
    private let command: TerraformCommand
    private let options: GatewayOptions
    /// Told warnings, and what a provider that crashed has left.
    private let report: @Sendable (Diagnostic) -> Void
    /// Nil where the gateway is of no use.
    private let preparation: Preparation?
    private let served: [ServedProvider]

    /// What came of the command.
    package struct End: Hashable, Sendable {
        package let exit: ChildExit
        /// Whether Terraform was told of the named types only.
        package let hasCutSchema: Bool
    }

    /// Gets ready to run a command: checks the packages of its providers, and asks those that are not known for their
    /// schemas.
    ///
    /// Whatever is in the gateway's way is told, and Terraform then starts that provider, or all of them, itself.
    ///
    /// - Throws: `CancellationError`, when everything that was started has ended.
    package init(
        for words: [String], _ options: GatewayOptions, report: @escaping @Sendable (Diagnostic) -> Void
    ) async throws {
        command = TerraformCommand(words: words, folder: options.folder, environment: options.environment)
        self.options = options
        self.report = report
        do {
            preparation = command.usesProviders ? try await Preparation(of: command, options) : nil
        } catch {
            try Task.checkCancellation()
            report(.steppedAside(firstMessage(of: error)))
            preparation = nil
        }
        served = await preparation?.serve(report) ?? []
        if Task.isCancelled {
            await endProviders()
            throw CancellationError()
        }
    }

    /// Runs the command, and ends every provider when it has ended.
    ///
    /// - Parameter interrupts: each is passed on to the command. Where it may be making something, the second one stops the
    ///   providers instead.
    /// - Throws: a `Diagnostic` when the command cannot be started; `CancellationError` when the task was cancelled before.
    package func run(interrupts: some AsyncSequence<Void, Never> & Sendable) async throws -> End {
        let result: Result<ChildExit, any Error>
        do {
            result = .success(try await run(try await listen(), interrupts))
        } catch {
            result = .failure(error)
        }
        await endProviders()
        preparation?.cache.rememberUse(by: command.subcommand ?? "")
        var hasCutSchema = false
        for provider in served {
            let schema = try? await provider.schema.value
            hasCutSchema = hasCutSchema || schema?.cut != nil
        }
        return End(exit: try result.get(), hasCutSchema: hasCutSchema)
    }

    private func endProviders() async {
        for provider in served {
            for words in await provider.processes.endAll() { report(.crashed(provider.installed.address, words)) }
        }
        preparation?.scratch.remove()
    }

    /// Nobody listens when it cannot be: Terraform does not know then that there is a gateway.
    private func listen() async throws -> [GatewayListener] {
        var listeners: [GatewayListener] = []
        do {
            for (number, provider) in served.enumerated() {
                guard let folder = preparation?.scratch.folder else { break }
                listeners.append(try await GatewayListener(provider, socket: folder.appending("\(number).sock")))
            }
            return listeners
        } catch {
            for listener in listeners { await listener.close() }
            try Task.checkCancellation()
            report(.steppedAside(firstMessage(of: error)))
            return []
        }
    }

    private func run(
        _ listeners: [GatewayListener], _ interrupts: some AsyncSequence<Void, Never> & Sendable
    ) async throws -> ChildExit {
        var environment = options.environment
        if !listeners.isEmpty { environment["TF_REATTACH_PROVIDERS"] = reattachSetting(listeners) }
        let program = command.words.first ?? ""
        let child = ChildCommand(
            program.contains("/") ? .path(options.folder.pushing(FilePath(program))) : .name(program),
            arguments: Array(command.words.dropFirst()), environment: environment,
            workingDirectory: options.isCurrentFolder ? nil : options.folder)
        let (forwarded, forward) = AsyncStream<Void>.makeStream()
        let owner = ConnectionOwner()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for listener in listeners { group.addTask { await listener.serve(owner) } }
            let withheld = command.makesThings ? listeners.map(\.provider.processes) : []
            group.addTask { await pass(interrupts, to: forward, stopping: withheld) }
            defer { group.cancelAll() }
            let exit = try await runInForeground(child, interrupts: forwarded) { _ in }
            for listener in listeners { await listener.provider.processes.cancelStarts() }
            // 2 says that there is something to do, where Terraform was asked to say so.
            if let shown = options.shownPlan, exit == .exited(0) || exit == .exited(2) {
                await show(shown, as: child)
            }
            return exit
        }
    }

    /// A plan that cannot be shown leaves no file; why, Terraform says on standard error.
    private func show(_ shown: ShownPlan, as command: ChildCommand) async {
        var command = command
        command.arguments = ["show", "-json", shown.plan]
        try? removeTree(shown.output)
        let none = AsyncStream<Void> { $0.finish() }
        let exit = try? await runInForeground(command, output: shown.output, interrupts: none) { _ in }
        if exit?.isSuccess != true { try? removeTree(shown.output) }
    }

    /// To Terraform the first interrupt means: begin nothing new, ask the providers to stop, and wait. Its second one means
    /// to exit at once, and to lose what is under way. Between the two lies what the gateway has kept from the providers.
    private func pass(
        _ interrupts: some AsyncSequence<Void, Never> & Sendable, to forward: AsyncStream<Void>.Continuation,
        stopping providers: [ProviderProcesses<ProviderProcess>]
    ) async {
        await withDiscardingTaskGroup { group in
            var count = 0
            for await _ in interrupts {
                count += 1
                var withholding: [ProviderProcesses<ProviderProcess>] = []
                for processes in providers where await processes.withholdsStop { withholding.append(processes) }
                if count == 2, !withholding.isEmpty {
                    report(.stoppingProviders)
                    for processes in withholding { group.addTask { await processes.letStopThrough() } }
                } else if count == 1 || !options.interruptsOnce {
                    forward.yield()
                    if count == 1, !withholding.isEmpty { report(.waitingForProviders(options.stopTimeout)) }
                }
            }
        }
    }
}
