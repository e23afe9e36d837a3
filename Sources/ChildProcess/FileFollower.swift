import Diagnostics
package import SystemPackage

/// The lines of a file that another process is writing, as they are completed.
///
/// The file may not exist yet, and only grows. It is opened once: whatever stands under its name later is another's.
package struct FileFollower: Sendable {
    package let path: FilePath
    package let offset: UInt64
    package let pollInterval: Duration

    /// - Parameters:
    ///   - offset: where to begin, in bytes: 0, or the `endOffset` of the last line that was seen.
    ///   - pollInterval: how long to wait before looking again when nothing new was there.
    package init(path: FilePath, from offset: UInt64 = 0, pollInterval: Duration) {
        self.path = path
        self.offset = offset
        self.pollInterval = pollInterval
    }

    /// The lines up to the end of the file at a moment after `finished` has become true.
    ///
    /// - Parameter finished: whether the writer is known to write no more; asked before each look.
    package func lines(until finished: @escaping @Sendable () async -> Bool) -> FollowedLines {
        FollowedLines(follower: self, finished: finished)
    }
}

/// One line of a followed file, without its line feed. Only a line feed ends a line; invalid UTF-8 becomes U+FFFD.
package struct FollowedLine: Hashable, Sendable {
    package let text: String
    /// Where the next line begins, in bytes from the beginning of the file.
    package let endOffset: UInt64
}

/// The sequence that `FileFollower` makes. Throws a `Diagnostic` when the file cannot be read, and `CancellationError`.
package struct FollowedLines: AsyncSequence, Sendable {
    let follower: FileFollower
    let finished: @Sendable () async -> Bool

    package func makeAsyncIterator() -> Iterator {
        Iterator(follower: follower, finished: finished)
    }

    package struct Iterator: AsyncIteratorProtocol {
        /// How much is read at a time, in bytes.
        private static let chunkSize = 256 << 10

        private let follower: FileFollower
        private let finished: @Sendable () async -> Bool
        private var splitter: LineSplitter
        private var completed: ArraySlice<LineSplitter.Line> = []
        private var hasEnded = false
        private let file = OpenedFile()

        init(follower: FileFollower, finished: @escaping @Sendable () async -> Bool) {
            self.follower = follower
            self.finished = finished
            self.splitter = LineSplitter(offset: follower.offset)
        }

        package mutating func next() async throws -> FollowedLine? {
            while completed.isEmpty, !hasEnded {
                try Task.checkCancellation()
                // Asked first: what was written before the answer is then read for certain.
                let isFinal = await finished()
                if try readMore() { continue }
                if isFinal {
                    hasEnded = true
                    if let line = splitter.finish() { completed.append(line) }
                } else {
                    try await Task.sleep(for: follower.pollInterval)
                }
            }
            return completed.popFirst().map { FollowedLine(text: $0.text, endOffset: $0.endOffset) }
        }

        /// Takes in the next piece of the file; false when nothing new is there.
        private mutating func readMore() throws(Diagnostic) -> Bool {
            do {
                let file = try file.descriptor(of: follower.path)
                return try withUnsafeTemporaryAllocation(byteCount: Self.chunkSize, alignment: 1) { buffer in
                    let count = try file.read(fromAbsoluteOffset: Int64(splitter.offset), into: buffer)
                    completed = splitter.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))[...]
                    return count > 0
                }
            } catch let problem as Errno where problem == .noSuchFileOrDirectory {
                return false
            } catch {
                throw .error("`\(follower.path)` cannot be read: \(error)")
            }
        }
    }
}

/// A file that is opened when it is first there, and closed with its owner.
private final class OpenedFile {
    private var descriptor: FileDescriptor?

    func descriptor(of path: FilePath) throws -> FileDescriptor {
        if let descriptor { return descriptor }
        let opened = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        descriptor = opened
        return opened
    }

    deinit { try? descriptor?.close() }
}
