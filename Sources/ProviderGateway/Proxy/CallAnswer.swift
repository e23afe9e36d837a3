import NIOCore
import NIOHPACK
import NIOHTTP2

/// The answering side of one call of Terraform.
actor CallAnswer {
    private let outbound: NIOAsyncChannelOutboundWriter<HTTP2Frame.FramePayload>
    private var hasBegun = false

    /// gRPC's codes: https://grpc.io/docs/guides/status-codes
    enum Failure: Int {
        case unimplemented = 12
        /// What Terraform takes for a provider that has crashed.
        case unavailable = 14
    }

    init(_ outbound: NIOAsyncChannelOutboundWriter<HTTP2Frame.FramePayload>) { self.outbound = outbound }

    /// Hands on a frame of the provider's own answer.
    func pass(_ frame: HTTP2Frame.FramePayload) async throws {
        if case .headers(let headers) = frame {
            try await outbound.write(.headers(headers.headers.fittingOneFrame, isEnd: headers.endStream))
        } else {
            try await outbound.write(frame)
        }
        hasBegun = true
    }

    /// Begins an answer that somebody goes on with.
    func begin() async throws { try await pass(.headers(Self.head, isEnd: false)) }

    /// A whole answer of one message, as it stands on the wire.
    func send(framed message: ByteBuffer) async throws {
        try await begin()
        try await outbound.write(.data(message, isEnd: false))
        try await outbound.write(.headers(["grpc-status": "0"], isEnd: true))
    }

    func send(_ message: [UInt8]) async throws {
        try await send(framed: ByteBuffer(bytes: GRPCMessage.framed(message)))
    }

    func fail(_ failure: Failure, _ message: String) async throws {
        var trailers = hasBegun ? [:] : Self.head
        trailers.add(name: "grpc-status", value: "\(failure.rawValue)")
        trailers.add(name: "grpc-message", value: GRPCMessage.status(message))
        try await pass(.headers(trailers, isEnd: true))
    }

    private static let head: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
}
