package import Diagnostics

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
        let lines =
            ["apiVersion: v1", "kind: Config"]
            // With several clusters nothing is chosen: a command must not go to whichever came first.
            + ["current-context: \(yamlText(usable.count == 1 ? usable[0].handle : ""))"]
            + Self.list("clusters", usable, Self.cluster)
            + Self.list("contexts", usable, Self.context)
            + Self.list("users", usable, Self.user)
        text = lines.map { $0 + "\n" }.joined()
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

    private static func list(
        _ key: String, _ records: [ClusterRecord], _ item: (ClusterRecord) -> [String]
    ) -> [String] {
        records.isEmpty
            ? ["\(key): []"]
            : ["\(key):"] + records.flatMap { ["- name: \(yamlText($0.handle))"] + item($0).map { "  \($0)" } }
    }

    private static func cluster(_ record: ClusterRecord) -> [String] {
        let server = record.endpoint.map { ["  server: \(yamlText($0))"] } ?? []
        let authority = record.certificateAuthority.map { ["  certificate-authority-data: \(yamlText($0))"] } ?? []
        return ["cluster:"] + server + authority
    }

    private static func context(_ record: ClusterRecord) -> [String] {
        ["context:", "  cluster: \(yamlText(record.handle))", "  user: \(yamlText(record.handle))"]
    }

    private static func user(_ record: ClusterRecord) -> [String] {
        guard let plugin = CredentialPlugin(record.authentication) else { return ["user: {}"] }
        let arguments = plugin.arguments.map { "    - \(yamlText($0))" }
        return ["user:", "  exec:", "    apiVersion: client.authentication.k8s.io/v1beta1"]
            + ["    command: \(yamlText(plugin.command))"]
            + (arguments.isEmpty ? ["    args: []"] : ["    args:"] + arguments)
            + ["    installHint: \(yamlText(plugin.installHint))"]
            + ["    interactiveMode: IfAvailable", "    provideClusterInfo: \(plugin.needsClusterInformation)"]
    }
}
