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
        let names = options.isWholeSchema ? nil : command.namedTypes()
        return await withTaskGroup(of: ServedProvider?.self) { group in
            for locked in locked {
                group.addTask {
                    do {
                        return try await serve(locked, naming: names, report)
                    } catch {
                        report(.steppedAside(for: locked.address, reason(of: error)))
                        return nil
                    }
                }
            }
            let served: [ServedProvider] = await group.reduce(into: []) { if let provider = $1 { $0.append(provider) } }
            // One that is started ahead is enough, and the biggest takes longest.
            if command.startsProviders, let biggest = served.max(by: { $0.schema.size < $1.schema.size }) {
                await biggest.processes.startAhead()
            }
            return served
        }
    }

    private func serve(
        _ locked: LockFile.Provider, naming names: Set<String>?, _ report: @escaping @Sendable (Diagnostic) -> Void
    ) async throws -> ServedProvider {
        try modules.check(locked)
        let installed = try InstalledProvider(locked, for: command, cache: cache)
        let launch = ProviderLaunch(
            program: installed.program, folder: command.folder, environment: options.environment,
            scratch: scratch.folder, loop: MultiThreadedEventLoopGroup.singleton.next())
        let processes = ProviderProcesses(stopTimeout: command.makesThings ? options.stopTimeout : .zero) {
            try await launch.start()
        }
        do {
            let (protocolVersion, schema) = try await schema(of: installed, processes)
            guard schema.isOptional else {
                throw Diagnostic.error("it does not say that it works without being asked for its schema first")
            }
            return ServedProvider(
                installed: installed, protocolVersion: protocolVersion, launch: launch, processes: processes,
                schema: ServedSchema(schema, naming: names, declaring: modules.types), cache: cache,
                environment: Validation.digest(of: options.environment), report: report)
        } catch {
            await processes.cancelStarts()
            _ = await processes.endAll()
            throw error
        }
    }

    /// From the cache, or of the provider itself, whose process is then there for Terraform.
    private func schema(
        of provider: InstalledProvider, _ processes: ProviderProcesses<ProviderProcess>
    ) async throws -> (protocolVersion: Int, schema: ProviderSchema) {
        if let known = cache.schema(ofProvider: provider.hash) { return known }
        let starting = await processes.startAhead()
        let process = try await withTaskCancellationHandler {
            try await starting.value
        } onCancel: {
            starting.cancel()
        }
        let answer = try await within(ProviderLaunch.patience) {
            try await process.call(ProviderCall.schemaPath(process.protocolVersion))
        }
        guard let schema = ProviderSchema(answer), !schema.hasDiagnostics else {
            throw Diagnostic.error("its schema is not without fault")
        }
        cache.remember(schema, protocolVersion: process.protocolVersion, ofProvider: provider.hash)
        return (process.protocolVersion, schema)
    }
}

/// Does some work that may take only so long.
///
/// - Throws: what the work throws; a `Diagnostic` when it has not come to its end by then.
private func within<Value: Sendable>(
    _ patience: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: patience)
            throw Diagnostic.error("it has not told its schema within \(patience)")
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
