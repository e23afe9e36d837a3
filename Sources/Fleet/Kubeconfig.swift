package import Diagnostics
import YAML

/// A kubeconfig for clusters of the registry: each handle is a context, a cluster and a user. Tokens come from the
/// provider's own plugin when `kubectl` needs one; the file holds no secret.
///
/// The format: `Config` of `client-go/tools/clientcmd/api/v1`, with the exec stanza of
/// `client.authentication.k8s.io/v1beta1`.
package struct Kubeconfig: Hashable, Sendable {
    /// YAML.
    package let text: String
    /// Which records were left out or are without a way to log in.
    package let notes: [Diagnostic]

    package init(_ records: [ClusterRecord]) {
        let usable = records.filter { !$0.isGone && $0.endpoint != nil }.sorted { $0.handle < $1.handle }
        notes = records.sorted { $0.handle < $1.handle }.compactMap(Self.note)
        text = YAMLWriter.text(
            .mapping([
                .init("apiVersion", .string("v1")), .init("kind", .string("Config")),
                // With several clusters nothing is chosen: a command must not go to whichever came first.
                .init("current-context", .string(usable.count == 1 ? usable[0].handle : "")),
                .init("clusters", .sequence(usable.map(Self.cluster))),
                .init("contexts", .sequence(usable.map(Self.context))),
                .init("users", .sequence(usable.map(Self.user))),
            ]))
    }

    private static func note(_ record: ClusterRecord) -> Diagnostic? {
        if record.isGone {
            return Diagnostic(.note, "cluster `\(record.handle)` is gone and was left out")
        }
        if record.endpoint == nil {
            return .warning("cluster `\(record.handle)` has no endpoint and was left out")
        }
        if record.authentication.kind == .none {
            return Diagnostic(.note, "how to log in to cluster `\(record.handle)` is not known: its user is empty")
        }
        return nil
    }

    /// An entry of one of the three lists.
    private static func entry(_ record: ClusterRecord, _ key: String, _ pairs: [YAMLContent.Pair]) -> YAMLContent {
        .mapping([.init("name", .string(record.handle)), .init(key, .mapping(pairs))])
    }

    private static func cluster(_ record: ClusterRecord) -> YAMLContent {
        let server = record.endpoint.map { YAMLContent.Pair("server", .string($0)) }
        let authority = record.certificateAuthority.map {
            YAMLContent.Pair("certificate-authority-data", .string($0))
        }
        return entry(record, "cluster", [server, authority].compactMap { $0 })
    }

    private static func context(_ record: ClusterRecord) -> YAMLContent {
        entry(record, "context", [.init("cluster", .string(record.handle)), .init("user", .string(record.handle))])
    }

    private static func user(_ record: ClusterRecord) -> YAMLContent {
        guard let plugin = CredentialPlugin(record.authentication) else { return entry(record, "user", []) }
        let exec: [YAMLContent.Pair] = [
            .init("apiVersion", .string("client.authentication.k8s.io/v1beta1")),
            .init("command", .string(plugin.command)),
            .init("args", .sequence(plugin.arguments.map(YAMLContent.string))),
            .init("installHint", .string(plugin.installHint)),
            .init("interactiveMode", .string("IfAvailable")),
            .init("provideClusterInfo", .bool(plugin.needsClusterInformation)),
        ]
        return entry(record, "user", [.init("exec", .mapping(exec))])
    }
}
