import Diagnostics
import Files
import FoundationEssentials
import Glibc
import ModuleInterface
import NIOPosix
import SystemPackage

/// What has to be known and made before Terraform starts.
struct Preparation: Sendable {
    /// A short folder for this run's sockets: the path of one has at most 107 bytes.
    let scratch: FilePath
    private let command: TerraformCommand
    private let options: GatewayOptions
    let cache: GatewayCache
    private let locked: [LockFile.Provider]
    private let modules: ModuleDeclarations

    /// Nil when the folder has no providers.
    ///
    /// - Throws: whatever keeps the gateway from being of use for any provider.
    init?(of command: TerraformCommand, _ options: GatewayOptions) throws {
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
        scratch = try makeScratch(environment: options.environment)
    }

    /// The providers that the gateway can speak for; of the others it is told why not.
    func serve(_ report: @escaping @Sendable (Diagnostic) -> Void) async -> [ServedProvider] {
        let names = options.isWholeSchema ? nil : command.namedTypes()
        return await withTaskGroup(of: ServedProvider?.self) { group in
            for (number, locked) in locked.enumerated() {
                group.addTask {
                    do {
                        return try await serve(locked, naming: names, files: "\(number)", report)
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
        _ locked: LockFile.Provider, naming names: Set<String>?, files: String,
        _ report: @escaping @Sendable (Diagnostic) -> Void
    ) async throws -> ServedProvider {
        try modules.check(locked)
        let installed = try InstalledProvider(locked, for: command, cache: cache)
        let launch = ProviderLaunch(
            program: installed.program, folder: command.folder,
            environment: ProviderLaunch.environment(options.environment, scratch: scratch), scratch: scratch,
            starter: options.starter, loop: MultiThreadedEventLoopGroup.singleton.next())
        let processes = ProviderProcesses(stopTimeout: command.makesThings ? options.stopTimeout : .zero) { number in
            try await launch.start("\(files)-\(number)")
        }
        do {
            let (protocolVersion, schema) = try await schema(of: installed, processes)
            guard schema.isOptional else {
                throw Diagnostic.error("it does not say that it works without being asked for its schema first")
            }
            return ServedProvider(
                installed: installed, protocolVersion: protocolVersion, processes: processes,
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
        of provider: InstalledProvider, _ processes: ProviderProcesses
    ) async throws -> (protocolVersion: Int, schema: ProviderSchema) {
        if let known = cache.schema(ofProvider: provider.hash) { return known }
        let process = try await processes.startAhead().value
        let answer = try await process.call(ProviderCall.schemaPath(process.protocolVersion))
        guard let schema = ProviderSchema(answer), !schema.hasDiagnostics else {
            throw Diagnostic.error("its schema is not without fault")
        }
        cache.remember(schema, protocolVersion: process.protocolVersion, ofProvider: provider.hash)
        return (process.protocolVersion, schema)
    }
}

/// In the temporary folder, unless its path is too long, since providers write more than sockets there.
private func makeScratch(environment: [String: String]) throws -> FilePath {
    let wanted = FilePath(environment["TMPDIR"] ?? "")
    let parent = wanted.isAbsolute && wanted.string.utf8.count <= longestParent ? wanted : "/tmp"
    var template = Array(parent.appending("stack-gw-XXXXXX").string.utf8CString)
    guard mkdtemp(&template) != nil else {
        throw Diagnostic.error("no folder can be made in `\(parent)`: \(Errno(rawValue: errno))")
    }
    return FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
}

/// go-plugin makes a folder of its own with a socket in it: `plugin-dir1234567890/plugin1234567890`.
private let longestParent = 107 - "/stack-gw-XXXXXX".utf8.count - "/plugin-dir1234567890/plugin1234567890".utf8.count
