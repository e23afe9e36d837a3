/// What a call of Terraform is to the gateway, by the path of the gRPC method.
enum ProviderCall: Hashable, Sendable {
    /// `GetSchema`, `GetProviderSchema`: answered from the cache.
    case schema
    /// `PrepareProviderConfig`, `ValidateProviderConfig`: answered when the same is known to be valid.
    case validateConfiguration
    /// Makes the process belong to the connection for good.
    case configure
    /// `Stop`, `StopProvider`: cancels what the provider is doing.
    case stop
    /// Every other call to the provider.
    case other
    /// Streams that stay open as long as the connection: go-plugin's broker, and its copy of the standard streams. While
    /// one is open the connection does not count as idle, and is not closed after half an hour without a call.
    case held
    /// None of the provider's.
    case unknown

    init(path: String, protocolVersion: Int) {
        let service = "/tfplugin\(protocolVersion).Provider/"
        guard path.hasPrefix(service) else {
            self =
                ["/plugin.GRPCBroker/StartStream", Self.standardStreamsPath].contains(path) ? .held : .unknown
            return
        }
        self =
            switch (protocolVersion, path.dropFirst(service.count)) {
            case (5, "GetSchema"), (6, "GetProviderSchema"): .schema
            case (5, "PrepareProviderConfig"), (6, "ValidateProviderConfig"): .validateConfiguration
            case (5, "Configure"), (6, "ConfigureProvider"): .configure
            case (5, "Stop"), (6, "StopProvider"): .stop
            default: .other
            }
    }

    static func schemaPath(_ protocolVersion: Int) -> String {
        "/tfplugin\(protocolVersion).Provider/" + (protocolVersion == 5 ? "GetSchema" : "GetProviderSchema")
    }

    static func stopPath(_ protocolVersion: Int) -> String {
        "/tfplugin\(protocolVersion).Provider/" + (protocolVersion == 5 ? "Stop" : "StopProvider")
    }

    static let standardStreamsPath = "/plugin.GRPCStdio/StreamStdio"
    static let shutdownPath = "/plugin.GRPCController/Shutdown"
}
