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

/// Who the Terraform is that the gateway was started for: the first that connects, and the next one when it has ended. It
/// need not be the process that the gateway has started: a version manager may stand between. What Terraform starts, a
/// `local-exec` say, comes later.
final class ConnectionOwner: Sendable {
    private let owner = Mutex<ProcessIdentity?>(nil)

    func isSame(_ peer: ProcessIdentity) -> Bool {
        owner.withLock { owner in
            if owner == nil || owner?.liveness() == .dead { owner = peer }
            return owner == peer
        }
    }
}

/// What of one provider is served to whom.
actor OtherTerraforms {
    private let provider: ServedProvider
    private var known: [ProcessIdentity: ServedProvider] = [:]

    init(_ provider: ServedProvider) { self.provider = provider }

    /// - Parameter peer: who has connected; nil when the kernel does not tell.
    func provider(for peer: Int32?, of owner: ConnectionOwner) -> ServedProvider {
        guard let peer, let identity = ProcessIdentity.of(peer), !owner.isSame(identity), let other = Peer(peer) else {
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
