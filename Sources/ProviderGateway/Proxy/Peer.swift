import ChildProcess
import Files
import FoundationEssentials
import Synchronization
import SystemPackage

/// Another Terraform than the one that the gateway has started, which has found it by its environment.
struct Peer: Sendable {
    let folder: FilePath
    let environment: [String: String]

    /// Nil when the process cannot be looked at.
    init?(_ pid: Int32) {
        guard let environment = processEnvironment(of: pid),
            let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
        else { return nil }
        self.folder = FilePath(folder)
        self.environment = environment
    }
}

/// Who the Terraform is that the gateway has started.
final class ConnectionOwner: Sendable {
    private let pid = Mutex<Int32?>(nil)

    func set(_ pid: Int32) { self.pid.withLock { $0 = pid } }
    func isSame(_ peer: Int32?) -> Bool { peer != nil && peer == pid.withLock { $0 } }
}

/// What of one provider is served to whom.
actor OtherTerraforms {
    private let provider: ServedProvider
    private var known: [ProcessIdentity: ServedProvider] = [:]

    init(_ provider: ServedProvider) { self.provider = provider }

    /// - Parameter peer: who has connected; nil when the kernel does not tell.
    func provider(for peer: Int32?, of owner: ConnectionOwner) -> ServedProvider {
        guard let peer, !owner.isSame(peer), let identity = ProcessIdentity.of(peer), let other = Peer(peer) else {
            return provider
        }
        if let served = known[identity] { return served }
        let served = provider.served(to: other)
        known[identity] = served
        return served
    }

    func end() async {
        for served in known.values { _ = await served.processes.endAll() }
    }
}
