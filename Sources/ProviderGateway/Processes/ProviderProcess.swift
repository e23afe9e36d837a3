import ChildProcess
import Diagnostics
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import Synchronization

/// A real provider in a process of its own, and the connection to it.
final class ProviderProcess: PooledProcess {
    let protocolVersion: Int
    private let child: BoundChild
    private let channel: any Channel
    private let streams: HTTP2.Streams
    private let output: ProviderOutput
    /// What its first end has found; another one finds nothing new.
    private let lastWords = Mutex<String??>(nil)
    /// Empties what it prints.
    private let emptying = Mutex<Task<Void, Never>?>(nil)

    /// Connects to a provider that has told where it listens.
    init(
        _ child: BoundChild, _ handshake: Handshake, output: ProviderOutput, loop: any EventLoop
    ) async throws {
        self.child = child
        self.output = output
        protocolVersion = handshake.protocolVersion
        (channel, streams) = try await ClientBootstrap(group: loop).connect(unixDomainSocketPath: handshake.socket) {
            channel in HTTP2.streams(on: channel, .client).map { (channel, $0) }
        }
        emptyStreams()
    }

    /// go-plugin hands on there what the provider prints to its own standard streams, and lets it wait for a reader.
    private func emptyStreams() {
        let call = Task { [weak self] in
            // A provider that does not know of it prints elsewhere.
            _ = try? await self?.call(ProviderCall.standardStreamsPath) { _ in true }
        }
        emptying.withLock { $0 = call }
    }

    var hasEnded: Bool { child.hasEnded }

    func openStream() async throws -> CallStream { try await streams.openStream(HTTP2.callStream) }

    /// A call of the gateway's own.
    ///
    /// - Returns: the answer's message.
    /// - Throws: a `Diagnostic` when there is none.
    func call(_ path: String) async throws -> [UInt8] {
        var answer = ProviderAnswer()
        try await call(path) { frame in
            answer.add(frame)
            return !answer.hasEnded
        }
        guard let message = answer.message else { throw Diagnostic.error("it gave no answer to `\(path)`") }
        return message
    }

    /// The same with each frame of the answer handed out, as long as more are wanted.
    private func call(_ path: String, _ take: (HTTP2Frame.FramePayload) -> Bool) async throws {
        try await openStream().executeThenClose { inbound, outbound in
            let head: HPACKHeaders = [
                ":method": "POST", ":scheme": "http", ":path": path, ":authority": "localhost", "te": "trailers",
                "content-type": "application/grpc", "user-agent": "stack",
            ]
            try await outbound.write(.headers(head, isEnd: false))
            try await outbound.write(.data(ByteBuffer(bytes: GRPCMessage.framed([])), isEnd: true))
            for try await frame in inbound where frame.isPartOfCall {
                guard take(frame) else { break }
            }
        }
    }

    func stop() async {
        // One that is gone has stopped.
        _ = try? await call(ProviderCall.stopPath(protocolVersion))
    }

    /// Asks it to end, as Terraform does, and ends it when it has not after two seconds.
    func end() async -> String? {
        if let words = lastWords.withLock({ $0 }) { return words }
        // One that is dying has let go of its connection, and may not be gone yet.
        let hasDied = child.hasEnded || !channel.isActive
        emptying.withLock { $0?.cancel() }
        // As a cancelled task it waits as well: what is not done here is done by nobody.
        await Task { [child] in
            let asking = Task { try await self.call(ProviderCall.shutdownPath) }
            let deadline = ContinuousClock.now + .seconds(2)
            while !child.hasEnded, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(5)) }
            asking.cancel()
            child.kill()
        }.value
        let words = hasDied ? await output.lastWords().trace : nil
        lastWords.withLock { $0 = .some(words) }
        try? await channel.close()
        await output.close()
        return words
    }
}
