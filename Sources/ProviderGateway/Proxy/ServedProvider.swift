import Diagnostics
import NIOCore

/// A provider that Terraform finds at the gateway.
struct ServedProvider: Sendable {
    let installed: InstalledProvider
    let protocolVersion: Int
    let launch: ProviderLaunch
    var processes: ProviderProcesses<ProviderProcess>
    var schema: ServedSchema
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
        provider.schema.cut = nil
        provider.environment = Validation.digest(of: peer.environment)
        return provider
    }

    func validation(_ request: [UInt8]) -> Validation {
        Validation(
            provider: installed.hash, protocolVersion: protocolVersion, request: request, environment: environment)
    }
}

/// The answer to `GetProviderSchema`, as it stands on the wire.
struct ServedSchema: Sendable {
    let whole: ByteBuffer
    /// With the types that the configuration and the state name; nil when these are not known, or when the configuration
    /// has a type that does not exist: Terraform looks for a similar one then.
    var cut: ByteBuffer?

    /// In bytes.
    var size: Int { whole.readableBytes }

    /// - Parameters:
    ///   - names: what the configuration and the state hold.
    ///   - types: those of them that are types of resources and data sources in the configuration.
    init(_ schema: ProviderSchema, naming names: Set<String>?, declaring types: Set<String>) {
        whole = ByteBuffer(bytes: GRPCMessage.framed(schema.bytes))
        let isCut = !schema.lacks(anyOf: types)
        cut = names.flatMap { isCut ? schema.cut(to: $0) : nil }.map { ByteBuffer(bytes: GRPCMessage.framed($0)) }
    }
}
