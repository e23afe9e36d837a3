import NIOCore
import NIOHPACK
import NIOHTTP2

/// The answering side of one call of Terraform.
struct CallAnswer {
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
    mutating func pass(_ frame: HTTP2Frame.FramePayload) async throws {
        try await outbound.write(frame)
        hasBegun = true
    }

    /// Begins an answer that somebody goes on with.
    mutating func begin() async throws { try await pass(.headers(Self.head, isEnd: false)) }

    /// A whole answer of one message, as it stands on the wire.
    mutating func send(framed message: ByteBuffer) async throws {
        try await begin()
        try await outbound.write(.data(message, isEnd: false))
        try await outbound.write(.headers(["grpc-status": "0"], isEnd: true))
    }

    mutating func send(_ message: [UInt8]) async throws {
        try await send(framed: ByteBuffer(bytes: GRPCMessage.framed(message)))
    }

    mutating func fail(_ failure: Failure, _ message: String) async throws {
        let trailers: HPACKHeaders = [
            "grpc-status": "\(failure.rawValue)", "grpc-message": GRPCMessage.status(message),
        ]
        if hasBegun {
            try await outbound.write(.headers(trailers, isEnd: true))
        } else {
            var head = Self.head
            head.add(contentsOf: trailers)
            try await outbound.write(.headers(head, isEnd: true))
        }
    }

    private static let head: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
}
