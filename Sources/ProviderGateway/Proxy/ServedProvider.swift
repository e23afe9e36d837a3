import Diagnostics
import NIOCore

/// A provider that Terraform finds at the gateway.
struct ServedProvider: Sendable {
    let installed: InstalledProvider
    let protocolVersion: Int
    let processes: ProviderProcesses
    let schema: ServedSchema
    let cache: GatewayCache
    /// A digest; see `Validation`.
    let environment: String
    let report: @Sendable (Diagnostic) -> Void

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
    let cut: ByteBuffer?

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
