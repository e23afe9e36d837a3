import Foundation
import Glibc

/// Where a worker writes what it does, so that nothing of it is lost when it is killed: a line before each operation, and
/// another one with the answer.
package final class HistoryFile {
    private let descriptor: Int32
    private var count = 0

    private struct Line: Codable {
        let id: Int
        let operation: Operation
    }

    package init(_ path: String) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw POSIXError(.EIO) }
    }

    deinit { close(descriptor) }

    /// - Returns: what to call the operation by when its answer is there.
    package func began(_ operation: Operation) throws -> Int {
        count += 1
        try append(Line(id: count, operation: operation))
        return count
    }

    package func ended(_ id: Int, _ operation: Operation) throws { try append(Line(id: id, operation: operation)) }

    private func append(_ line: Line) throws {
        let bytes = try JSONEncoder().encode(line) + Data("\n".utf8)
        guard bytes.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == bytes.count else {
            throw POSIXError(.EIO)
        }
    }

    /// What a worker has done; nothing when it was killed before it could begin.
    package static func operations(in path: String) throws -> [Operation] {
        let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        // The last one may not have come to its end.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return try lines.reduce(into: [Int: Operation]()) { known, line in
            let line = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
            known[line.id] = line.operation
        }.sorted { $0.key < $1.key }.map(\.value)
    }
}

/// Nanoseconds of the clock that all processes of a machine share, and that nobody sets.
package func monotonicTime() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
