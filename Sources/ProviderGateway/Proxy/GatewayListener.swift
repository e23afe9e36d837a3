import FoundationEssentials
import Glibc
import JSON
import NIOCore
import NIOHTTP2
import NIOPosix
import Synchronization
import SystemPackage

/// The socket at which Terraform finds one provider.
struct GatewayListener: Sendable {
    let provider: ServedProvider
    let socket: FilePath
    private let server: NIOAsyncChannel<(HTTP2.Streams, peer: Int32?), Never>

    init(_ provider: ServedProvider, socket: FilePath) async throws {
        self.provider = provider
        self.socket = socket
        server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(unixDomainSocketPath: socket.string) { channel in
                HTTP2.streams(on: channel, .server).and(HTTP2.peer(of: channel)).map { ($0, peer: $1) }
            }
    }

    /// Serves every connection until the task is cancelled.
    func serve(_ owner: ConnectionOwner) async {
        await withDiscardingTaskGroup { group in
            // It can only fail by being closed.
            try? await server.executeThenClose { connections in
                var number = 0
                for try await (streams, peer) in connections {
                    number += 1
                    let connection = GatewayConnection(provider: provider, number: number, isOwn: owner.isSame(peer))
                    group.addTask { await connection.serve(streams) }
                }
            }
        }
    }
}

/// Who the Terraform is that the gateway has started. What that one starts inherits its environment, and is answered as
/// well, but may have another configuration.
final class ConnectionOwner: Sendable {
    private let pid = Mutex<Int32?>(nil)

    func set(_ pid: Int32) { self.pid.withLock { $0 = pid } }
    func isSame(_ peer: Int32?) -> Bool { peer != nil && peer == pid.withLock { $0 } }
}

/// What tells Terraform where its providers are; it then neither hashes nor starts them.
///
/// Source of the format: https://developer.hashicorp.com/terraform/plugin/debugging
func reattachSetting(_ listeners: [GatewayListener]) -> String {
    let entries = listeners.map { listener -> (String, JSONValue) in
        let setting: JSONValue = [
            "Protocol": "grpc", "ProtocolVersion": .number(.init(listener.provider.protocolVersion)),
            // With `Test` Terraform leaves the process alone in the end.
            "Pid": .number(.init(getpid())), "Test": true,
            "Addr": ["Network": "unix", "String": .string(listener.socket.string)],
        ]
        return (listener.provider.installed.address, setting)
    }
    return JSONValue.object(Dictionary(entries) { $1 }).text
}
