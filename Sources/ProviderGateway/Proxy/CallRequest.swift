import NIOCore
import NIOHPACK
import NIOHTTP2

/// The asking side of one call of Terraform.
struct CallRequest {
    private var frames: NIOAsyncChannelInboundStream<HTTP2Frame.FramePayload>.AsyncIterator
    /// What was read and is not yet handed on.
    private var held: [HTTP2Frame.FramePayload] = []
    private var hasEnded = false
    /// Of what is called.
    private(set) var path = ""
    /// What `collect` has read.
    private(set) var body: [UInt8] = []

    init(_ inbound: NIOAsyncChannelInboundStream<HTTP2Frame.FramePayload>) { frames = inbound.makeAsyncIterator() }

    /// - Returns: the path of what is called.
    mutating func begin() async throws -> String? {
        guard let first = try await read(), case .headers(let head) = first else { return nil }
        held = [first]
        path = head.headers.first(name: ":path") ?? ""
        return path
    }

    /// Reads the request to its end, and keeps it.
    mutating func collect() async throws {
        while let frame = try await read() {
            held.append(frame)
            body += frame.bytes
        }
    }

    /// The next frame to hand on; nil at the end.
    mutating func next() async throws -> HTTP2Frame.FramePayload? {
        held.isEmpty ? try await read() : held.removeFirst()
    }

    /// Waits until Terraform ends the whole call.
    mutating func untilClosed() async throws { while try await frames.next(isolation: #isolation) != nil {} }

    private mutating func read() async throws -> HTTP2Frame.FramePayload? {
        while !hasEnded, let frame = try await frames.next(isolation: #isolation) {
            guard frame.isPartOfCall else { continue }
            hasEnded = frame.isEnd
            return frame
        }
        return nil
    }
}
