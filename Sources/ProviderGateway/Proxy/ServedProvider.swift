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
    /// With the types that the configuration and the state name; nil when these are not known.
    let cut: ByteBuffer?

    /// In bytes.
    var size: Int { whole.readableBytes }

    init(_ schema: ProviderSchema, naming names: Set<String>?) {
        whole = ByteBuffer(bytes: GRPCMessage.framed(schema.bytes))
        cut = names.flatMap(schema.cut).map { ByteBuffer(bytes: GRPCMessage.framed($0)) }
    }
}
