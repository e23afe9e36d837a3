import NIOHPACK
import NIOHTTP2

/// What has come of a provider's answer to one call.
struct ProviderAnswer: Sendable {
    private var body: [UInt8] = []
    /// How many bytes of the body are of interest; a longer one is not kept whole.
    private let limit: Int
    /// What `grpc-status` says at the end; `0` is no error.
    private var status: String?
    /// Whether it is all there.
    private(set) var hasEnded = false

    init(keeping limit: Int = .max) { self.limit = limit }

    mutating func add(_ frame: HTTP2Frame.FramePayload) {
        if body.count <= limit { body += frame.bytes }
        if case .headers(let headers) = frame, headers.endStream {
            status = headers.headers.first(name: "grpc-status")
        }
        hasEnded = frame.isEnd
    }

    /// The one message of a whole answer that tells of no error; nil when it is no such answer.
    var message: [UInt8]? { status == "0" ? GRPCMessage.only(in: body) : nil }
}
