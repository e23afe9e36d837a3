import Diagnostics
import NIOCore

/// A provider that Terraform finds at the gateway.
struct ServedProvider: Sendable {
    let installed: InstalledProvider
    let protocolVersion: Int
    let launch: ProviderLaunch
    var processes: ProviderProcesses<ProviderProcess>
    /// Terraform starts while it is being made ready.
    let schema: Task<ServedSchema, any Error>
    /// Whether Terraform is told of all types.
    private var seesAll = false
    let cache: GatewayCache
    /// A digest; see `Validation`.
    var environment: String
    let report: @Sendable (Diagnostic) -> Void

    /// The same for a Terraform that has another environment, folder and configuration: what Terraform starts, a
    /// `local-exec` say, finds the gateway too. Nothing is shared with it but what the cache knows.
    func served(to peer: Peer) -> ServedProvider {
        let launch = launch.from(folder: peer.folder, environment: peer.environment)
        var provider = self
        // Nobody has said that it may take long to stop.
        provider.processes = ProviderProcesses(stopTimeout: .zero) { try await launch.start() }
        provider.seesAll = true
        provider.environment = Validation.digest(of: peer.environment)
        return provider
    }

    init(
        _ installed: InstalledProvider, protocolVersion: Int, launch: ProviderLaunch,
        processes: ProviderProcesses<ProviderProcess>, schema: Task<ServedSchema, any Error>, cache: GatewayCache,
        report: @escaping @Sendable (Diagnostic) -> Void
    ) {
        self.installed = installed
        self.protocolVersion = protocolVersion
        self.launch = launch
        self.processes = processes
        self.schema = schema
        self.cache = cache
        environment = Validation.digest(of: launch.environment)
        self.report = report
    }

    /// The answer to `GetProviderSchema`, as it stands on the wire.
    ///
    /// - Throws: when nobody knows it.
    func schemaAnswer() async throws -> ByteBuffer {
        let schema = try await schema.value
        return (seesAll ? nil : schema.cut) ?? schema.whole
    }

    func validation(_ request: [UInt8]) -> Validation {
        Validation(
            provider: installed.hash, protocolVersion: protocolVersion, request: request, environment: environment)
    }
}

/// The schema of a provider, whole and as far as it is needed, as answers that stand on the wire.
struct ServedSchema: Sendable {
    private let schema: ProviderSchema
    /// With the types that the configuration and the state name; nil when these are not known, or when the configuration
    /// has a type that does not exist: Terraform looks for a similar one then.
    let cut: ByteBuffer?

    /// - Parameters:
    ///   - names: what the configuration and the state hold.
    ///   - types: those of them that are types of resources and data sources in the configuration.
    init(_ schema: ProviderSchema, naming names: Set<String>?, declaring types: Set<String>) {
        self.schema = schema
        let isCut = !schema.lacks(anyOf: types)
        cut = names.flatMap { isCut ? schema.cut(to: $0) : nil }.map { ByteBuffer(bytes: GRPCMessage.framed($0)) }
    }

    var whole: ByteBuffer { ByteBuffer(bytes: GRPCMessage.framed(schema.bytes)) }
}
