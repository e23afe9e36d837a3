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
    private let server: NIOAsyncChannel<Accepted, Never>

    private struct Accepted: Sendable {
        let channel: any Channel
        let streams: HTTP2.Streams
        let peer: Int32?
    }

    init(_ provider: ServedProvider, socket: FilePath) async throws {
        self.provider = provider
        self.socket = socket
        server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(unixDomainSocketPath: socket.string) { channel in
                HTTP2.streams(on: channel, .server).and(HTTP2.peer(of: channel)).map {
                    Accepted(channel: channel, streams: $0, peer: $1)
                }
            }
    }

    /// Serves every connection until the task is cancelled, which closes them.
    func serve(_ owner: ConnectionOwner) async {
        let others = OtherTerraforms(provider)
        await closingWhenCancelled(server.channel) {
            await withDiscardingTaskGroup { group in
                // It can only fail by being closed.
                try? await server.executeThenClose { connections in
                    var number = 0
                    for try await accepted in connections {
                        number += 1
                        let connection = GatewayConnection(
                            provider: await others.provider(for: accepted.peer, of: owner), number: number)
                        group.addTask {
                            await closingWhenCancelled(accepted.channel) { await connection.serve(accepted.streams) }
                        }
                    }
                }
                group.cancelAll()
            }
            await others.end()
        }
    }

    /// Stops listening when it was never served.
    func close() async { try? await server.executeThenClose { _ in } }
}

/// Does some work in a task that is never cancelled: a cancellation closes the channel instead, which ends the work. A
/// loop that is cancelled would drop what NIO has handed out, and that has to be closed by whoever got it.
private func closingWhenCancelled(_ channel: any Channel, _ work: @escaping @Sendable () async -> Void) async {
    let shielded = Task { await work() }
    await withTaskCancellationHandler {
        await shielded.value
    } onCancel: {
        channel.close(promise: nil)
    }
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
