import Dispatch
import Glibc
package import SystemPackage

/// Reads what comes in: from a terminal, a pipe or a file.
///
/// It waits without a thread, so that cancelling takes effect at once, however long nothing comes.
package struct InputReader: Sendable {
    private let input: FileDescriptor

    package init(_ input: FileDescriptor = .standardInput) {
        self.input = input
    }

    /// Everything until the end of input.
    ///
    /// - Throws: `CancellationError` when the task is cancelled meanwhile; `Errno` when it cannot be read.
    package func readToEnd() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await read { piece in
            bytes += piece
            return true
        }
        return bytes
    }

    /// Reads piece by piece until the end of input, or until `take` wants no more.
    ///
    /// - Parameter take: given what one read gave; says whether to go on.
    /// - Throws: as `readToEnd`, and what `take` throws.
    func read(_ take: ([UInt8]) throws -> Bool) async throws {
        // A file or a device that never keeps a reader waiting cannot be waited for either.
        if try takeWhatIsThere(take) { return }
        let (readiness, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (releases, release) = AsyncStream<Void>.makeStream()
        let source = DispatchSource.makeReadSource(fileDescriptor: input.rawValue)
        source.setEventHandler { signal.yield() }
        source.setCancelHandler { release.finish() }
        source.activate()
        let result: Result<Void, any Error>
        do {
            result = .success(try await read(whenever: readiness, take))
        } catch {
            result = .failure(error)
        }
        source.cancel()
        // Only now may the descriptor be closed and its number be used anew. In a task that is never cancelled itself.
        await Task { for await _ in releases {} }.value
        try result.get()
    }

    private func read(whenever readiness: AsyncStream<Void>, _ take: ([UInt8]) throws -> Bool) async throws {
        for await _ in readiness {
            if try takeWhatIsThere(take) { return }
        }
        throw CancellationError()
    }

    /// - Returns: whether that was all.
    private func takeWhatIsThere(_ take: ([UInt8]) throws -> Bool) throws -> Bool {
        while try input.isReadable() {
            try Task.checkCancellation()
            let piece = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                count = try input.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            guard !piece.isEmpty, try take(piece) else { return true }
        }
        return false
    }
}

extension FileDescriptor {
    /// Whether a read would give something at once: bytes, the end, or an error.
    fileprivate func isReadable() throws -> Bool {
        var request = pollfd(fd: rawValue, events: Int16(POLLIN), revents: 0)
        while poll(&request, 1, 0) < 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
        return request.revents != 0
    }
}
