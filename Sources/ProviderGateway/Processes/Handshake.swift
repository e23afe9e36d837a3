import Diagnostics

/// The first line that a provider writes to its standard output: `1|5|unix|/tmp/plugin123|grpc|`.
///
/// Source of the format: https://github.com/hashicorp/go-plugin/blob/main/docs/guide-plugin-write-non-go.md
struct Handshake: Hashable, Sendable {
    /// Of Terraform's plugin protocol: 5 or 6.
    let protocolVersion: Int
    let socket: String

    /// - Throws: a `Diagnostic` for what this gateway cannot talk to.
    init(_ line: String) throws(Diagnostic) {
        let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard fields.count >= 5, fields[0] == "1", fields[2] == "unix", fields[4] == "grpc", fields[3].hasPrefix("/"),
            fields.count < 6 || fields[5].isEmpty
        else { throw .error("it wants to be talked to in an unknown way: `\(line)`") }
        guard let version = Int(fields[1]), [5, 6].contains(version) else {
            throw .error("it speaks version `\(fields[1])` of the plugin protocol, not 5 or 6")
        }
        protocolVersion = version
        socket = fields[3]
    }
}
