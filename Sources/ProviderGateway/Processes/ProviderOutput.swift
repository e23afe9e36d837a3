import ChildProcess
import Diagnostics
import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import SystemPackage

/// Reads what a provider writes, so that it never waits for a reader, and keeps next to nothing of it.
final class ProviderOutput: Sendable {
    private let standardOutput: any Channel
    private let standardError: any Channel
    private let firstLine: EventLoopPromise<String>
    private let words: Words

    /// - Throws: when the pipes of the child cannot be read; they are closed then.
    init(of child: BoundChild, on loop: any EventLoop) async throws {
        firstLine = loop.makePromise(of: String.self)
        words = Words()
        do {
            standardOutput = try await read(child.standardOutput.rawValue, on: loop, FirstLine(firstLine))
        } catch {
            firstLine.fail(error)
            try? child.standardError.close()
            throw error
        }
        do {
            standardError = try await read(child.standardError.rawValue, on: loop, words)
        } catch {
            try? await standardOutput.close()
            throw error
        }
    }

    /// The first line on standard output.
    ///
    /// - Throws: a `Diagnostic` when the provider ends without one, or takes longer; `CancellationError`.
    func firstLine(within patience: Duration) async throws -> String {
        let deadline = firstLine.futureResult.eventLoop.scheduleTask(in: .seconds(patience.components.seconds)) {
            [firstLine] in
            firstLine.fail(Diagnostic.error("it has not said within \(patience) where it listens"))
        }
        defer { deadline.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await firstLine.futureResult.get()
            } onCancel: {
                firstLine.fail(CancellationError())
            }
        } catch is FirstLine.Missing {
            throw Diagnostic.error("it ended at once: \(await lastWords().line)")
        }
    }

    /// What a provider has written that has ended. Something that it has started may have its standard error still, and is
    /// not waited for.
    func lastWords() async -> LastWords {
        let ended = standardError.closeFuture
        let timer = ended.eventLoop.scheduleTask(in: .seconds(1)) { [standardError] in
            standardError.close(promise: nil)
        }
        try? await ended.get()
        timer.cancel()
        return words.value
    }

    func close() async {
        try? await standardOutput.close()
        try? await standardError.close()
    }
}

private func read(
    _ end: CInt, on loop: any EventLoop, _ handler: any ChannelInboundHandler & Sendable
) async throws -> any Channel {
    do {
        return try await NIOPipeBootstrap(group: loop)
            .channelInitializer { $0.pipeline.addHandler(handler) }
            .takingOwnershipOfDescriptor(input: end).get()
    } catch {
        close(end)
        throw error
    }
}

/// Tells the first line and throws the rest away. All in one event loop.
private final class FirstLine: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    /// When it ends before it has written a line.
    struct Missing: Error {}

    /// Nobody's first line is as long.
    private static let limit = 64 << 10
    private let line: EventLoopPromise<String>
    private let text = Mutex<Data?>(Data())

    init(_ line: EventLoopPromise<String>) { self.line = line }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let whole = text.withLock { text -> Data? in
            text?.append(contentsOf: unwrapInboundIn(data).readableBytesView)
            guard let known = text else { return nil }
            guard let end = known.firstIndex(of: UInt8(ascii: "\n")) else {
                if known.count > Self.limit { text = nil }
                return nil
            }
            text = nil
            return known[..<end]
        }
        if let whole { line.succeed(String(decoding: whole, as: UTF8.self)) }
    }

    func channelInactive(context: ChannelHandlerContext) { line.fail(Missing()) }
}

private final class Words: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let words = Mutex(LastWords())

    var value: LastWords { words.withLock { $0 } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        words.withLock { $0.append(Data(unwrapInboundIn(data).readableBytesView)) }
    }
}
