import ChildProcess
import Diagnostics
import Files
import FoundationEssentials
import ModuleInterface
import NIOPosix
import SystemPackage

/// What has to be known and made before Terraform starts.
struct Preparation: Sendable {
    let scratch: Scratch
    private let command: TerraformCommand
    private let options: GatewayOptions
    let cache: GatewayCache
    private let locked: [LockFile.Provider]
    private let modules: ModuleDeclarations

    /// Nil when the folder has no providers.
    ///
    /// - Throws: whatever keeps the gateway from being of use for any provider.
    init?(of command: TerraformCommand, _ options: GatewayOptions) async throws {
        self.command = command
        self.options = options
        locked = try lockedProviders(for: command)
        guard !locked.isEmpty else { return nil }
        try command.checkSettings()
        modules = try ModuleDeclarations(of: command)
        guard let folder = options.cache ?? GatewayCache.defaultFolder(environment: options.environment) else {
            throw Diagnostic.error("neither `XDG_CACHE_HOME` nor `HOME` tells where a cache may be")
        }
        cache = try GatewayCache(folder: folder)
        scratch = try await Scratch(environment: options.environment)
    }

    /// The providers that the gateway can speak for; of the others it is told why not.
    func serve(_ report: @escaping @Sendable (Diagnostic) -> Void) async -> [ServedProvider] {
        let known = await each(of: locked, report, \.address) { locked in
            try modules.check(locked)
            return try KnownProvider(InstalledProvider(locked, for: command, cache: cache), self)
        }
        // One that is started ahead is enough, and the biggest takes longest.
        if command.startsProviders, let biggest = known.max(by: { $0.installed.size < $1.installed.size }) {
            await biggest.processes.startAhead()
        }
        let names = Task { options.isWholeSchema ? nil : command.namedTypes() }
        return await each(of: known, report, \.installed.address) { known in
            do {
                return try await serve(known, naming: names, report)
            } catch {
                _ = await known.processes.endAll()
                throw error
            }
        }
    }

    /// Does the same for each, at once, and tells what keeps some of them aside.
    private func each<Element: Sendable, Value: Sendable>(
        of elements: [Element], _ report: @escaping @Sendable (Diagnostic) -> Void,
        _ address: @escaping @Sendable (Element) -> String, _ work: @escaping @Sendable (Element) async throws -> Value
    ) async -> [Value] {
        await withTaskGroup(of: Value?.self) { group in
            for element in elements {
                group.addTask {
                    do {
                        return try await work(element)
                    } catch {
                        report(.steppedAside(for: address(element), firstMessage(of: error)))
                        return nil
                    }
                }
            }
            return await group.reduce(into: []) { if let value = $1 { $0.append(value) } }
        }
    }

    /// A provider whose bytes have been checked, and the processes that it may get.
    private struct KnownProvider: Sendable {
        let installed: InstalledProvider
        let launch: ProviderLaunch
        let processes: ProviderProcesses<ProviderProcess>

        init(_ installed: InstalledProvider, _ preparation: Preparation) {
            self.installed = installed
            let (command, options) = (preparation.command, preparation.options)
            let launch = ProviderLaunch(
                program: installed.program, folder: command.folder, environment: options.environment,
                scratch: preparation.scratch.folder, loop: MultiThreadedEventLoopGroup.singleton.next())
            self.launch = launch
            processes = ProviderProcesses(stopTimeout: command.makesThings ? options.stopTimeout : .zero) {
                try await launch.start()
            }
        }
    }

    private func serve(
        _ provider: KnownProvider, naming names: Task<Set<String>?, Never>,
        _ report: @escaping @Sendable (Diagnostic) -> Void
    ) async throws -> ServedProvider {
        let (protocolVersion, schema) = try await schema(of: provider)
        let types = modules.types
        return ServedProvider(
            provider.installed, protocolVersion: protocolVersion, launch: provider.launch,
            processes: provider.processes,
            schema: Task { ServedSchema(try await schema.value, naming: await names.value, declaring: types) },
            cache: cache, report: report)
    }

    /// From the cache, or of the provider itself, whose process is then there for Terraform.
    private func schema(
        of provider: KnownProvider
    ) async throws -> (protocolVersion: Int, schema: Task<ProviderSchema, any Error>) {
        if let summary = cache.schemaSummary(ofProvider: provider.installed.hash) {
            try requireOptional(summary.isOptional)
            // What it says is known; the rest can be read while Terraform starts.
            let schema = Task {
                if let known = cache.schema(ofProvider: provider.installed.hash) { return known }
                return try await askedSchema(of: provider).schema
            }
            return (summary.protocolVersion, schema)
        }
        let (protocolVersion, schema) = try await askedSchema(of: provider)
        try requireOptional(schema.isOptional)
        return (protocolVersion, Task { schema })
    }

    private func requireOptional(_ isOptional: Bool) throws {
        guard isOptional else {
            throw Diagnostic.error("it does not say that it works without being asked for its schema first")
        }
    }

    private func askedSchema(of provider: KnownProvider) async throws -> (protocolVersion: Int, schema: ProviderSchema)
    {
        let starting = await provider.processes.startAhead()
        let process = try await withTaskCancellationHandler {
            try await starting.value
        } onCancel: {
            starting.cancel()
        }
        let answer = try await within(ProviderLaunch.patience) {
            try await process.call(ProviderCall.schemaPath(process.protocolVersion))
        }
        guard let answer else {
            throw Diagnostic.error("it has not told its schema within \(ProviderLaunch.patience)")
        }
        guard let schema = ProviderSchema(answer), !schema.hasDiagnostics else {
            throw Diagnostic.error("its schema is not without fault")
        }
        cache.remember(schema, protocolVersion: process.protocolVersion, ofProvider: provider.installed.hash)
        return (process.protocolVersion, schema)
    }
}
