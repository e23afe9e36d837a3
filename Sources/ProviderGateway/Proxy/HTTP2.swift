import Glibc
import NIOCore
import NIOHPACK
import NIOHTTP2

/// The frames of one stream, which is one call.
typealias CallStream = NIOAsyncChannel<HTTP2Frame.FramePayload, HTTP2Frame.FramePayload>

/// What both sides of the gateway have in common: gRPC over HTTP/2 on a UNIX socket.
enum HTTP2 {
    typealias Streams = NIOHTTP2Handler.AsyncStreamMultiplexer<CallStream>

    static func streams(
        on channel: any Channel, _ mode: NIOHTTP2Handler.ParserMode
    ) -> EventLoopFuture<Streams> {
        channel.configureAsyncHTTP2Pipeline(mode: mode, configuration: configuration, streamInitializer: callStream)
    }

    static func callStream(of channel: any Channel) -> EventLoopFuture<CallStream> {
        channel.eventLoop.makeCompletedFuture { try CallStream(wrappingChannelSynchronously: channel) }
    }

    /// As generous as gRPC itself: nobody but Terraform and its providers is at the other ends.
    private static let configuration: NIOHTTP2Handler.Configuration = {
        var configuration = NIOHTTP2Handler.Configuration()
        configuration.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: 10_000),
            HTTP2Setting(parameter: .initialWindowSize, value: windowSize),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 16 << 20),
        ]
        configuration.connection.targetWindowSize = 4 * windowSize
        configuration.connection.maximumConnectionGlitches = .max
        // What a provider says of an error may be as long as all headers may be.
        configuration.connection.maximumSequentialContinuationFrames = .max
        // gRPC measures the bandwidth with a ping for every burst of data.
        configuration.connection.controlFrameRateLimit.maximumCount = burst
        configuration.connection.controlFrameRateLimit.windowLength = burstLength
        configuration.stream.targetWindowSize = windowSize
        configuration.stream.outboundBufferSizeHighWatermark = windowSize
        configuration.stream.outboundBufferSizeLowWatermark = windowSize / 2
        configuration.stream.streamResetFrameRateLimit.maximumCount = burst
        configuration.stream.streamResetFrameRateLimit.windowLength = burstLength
        configuration.stream.streamErrorRateLimit.maximumCount = burst
        configuration.stream.streamErrorRateLimit.windowLength = burstLength
        return configuration
    }()

    private static let windowSize = 1 << 20
    private static let burst = 10_000
    private static let burstLength = TimeAmount.milliseconds(10)

    /// The process at the other end of a connection; nil when the kernel does not tell.
    static func peer(of channel: any Channel) -> EventLoopFuture<Int32?> {
        guard let socket = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededFuture(nil)
        }
        let credentials: EventLoopFuture<PeerCredentials> = socket.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        return credentials.map { $0.pid }.recover { _ in nil }
    }

    /// `struct ucred` of unix(7).
    private struct PeerCredentials {
        var pid: Int32
        var user: UInt32
        var group: UInt32
    }
}

extension HTTP2Frame.FramePayload {
    static func headers(_ headers: HPACKHeaders, isEnd: Bool) -> Self {
        .headers(Headers(headers: headers, endStream: isEnd))
    }

    static func data(_ bytes: ByteBuffer, isEnd: Bool) -> Self {
        .data(Data(data: .byteBuffer(bytes), endStream: isEnd))
    }

    /// What a call consists of. The rest is between the two ends of one connection.
    var isPartOfCall: Bool {
        switch self {
        case .data, .headers: true
        default: false
        }
    }

    var isEnd: Bool {
        switch self {
        case .data(let data): data.endStream
        case .headers(let headers): headers.endStream
        default: false
        }
    }

    var bytes: [UInt8] {
        guard case .data(let data) = self, case .byteBuffer(let buffer) = data.data else { return [] }
        return Array(buffer.readableBytesView)
    }
}
