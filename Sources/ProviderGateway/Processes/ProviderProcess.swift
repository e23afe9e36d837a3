import ChildProcess
import Diagnostics
import Files
import FoundationEssentials
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import SystemPackage

/// A real provider in a process of its own, and the connection to it.
final class ProviderProcess: Sendable {
    let protocolVersion: Int
    private let child: BoundChild
    private let channel: any Channel
    private let streams: HTTP2.Streams
    /// Where its standard error goes.
    private let errors: FilePath

    /// Connects to a provider that has told where it listens.
    init(_ child: BoundChild, _ handshake: Handshake, errors: FilePath, loop: any EventLoop) async throws {
        self.child = child
        self.errors = errors
        protocolVersion = handshake.protocolVersion
        (channel, streams) = try await ClientBootstrap(group: loop).connect(unixDomainSocketPath: handshake.socket) {
            channel in HTTP2.streams(on: channel, .client).map { (channel, $0) }
        }
    }

    func openStream() async throws -> CallStream { try await streams.openStream(HTTP2.callStream) }

    /// A call of the gateway's own.
    ///
    /// - Returns: the answer's message.
    /// - Throws: a `Diagnostic` when there is none.
    func call(_ path: String, _ message: [UInt8] = []) async throws -> [UInt8] {
        var body: [UInt8] = []
        try await openStream().executeThenClose { inbound, outbound in
            let head: HPACKHeaders = [
                ":method": "POST", ":scheme": "http", ":path": path, ":authority": "localhost", "te": "trailers",
                "content-type": "application/grpc", "user-agent": "stack",
            ]
            try await outbound.write(.headers(head, isEnd: false))
            try await outbound.write(.data(ByteBuffer(bytes: GRPCMessage.framed(message)), isEnd: true))
            for try await frame in inbound { body += frame.bytes }
        }
        guard let answer = GRPCMessage.only(in: body) else { throw Diagnostic.error("it gave no answer to `\(path)`") }
        return answer
    }

    /// Asks it to end, as Terraform does, and ends it when it has not after two seconds.
    ///
    /// - Returns: its last words, when it had crashed before.
    @discardableResult
    func end() async -> String? {
        let words = child.hasEnded ? lastWords() : nil
        // As a cancelled task it waits as well: what is not done here is done by nobody.
        await Task { [child] in
            let asking = Task { try await self.call(ProviderCall.shutdownPath) }
            let deadline = ContinuousClock.now + .seconds(2)
            while !child.hasEnded, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(5)) }
            asking.cancel()
            child.kill()
        }.value
        try? await channel.close()
        return words
    }

    /// The trace that Go writes of a crash.
    private func lastWords() -> String? {
        guard let text = (try? readFile(errors)) ?? nil else { return nil }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let start = lines.firstIndex { $0.hasPrefix("panic: ") || $0.hasPrefix("fatal error: ") }
        return start.map { lines[$0...].joined(separator: "\n") }
    }
}
