import Dispatch
import FoundationEssentials
import SystemPackage
import Testing

@testable import Terminal

struct InputReaderTests {
    @Test(.timeLimit(.minutes(1))) func `a pipe is read to its end, however slowly it comes`() async throws {
        let (program, user) = try FileDescriptor.pipe()
        defer { try? program.close() }
        let reading = Task { try await InputReader(program).readToEnd() }
        let text = Array(String(repeating: "state ", count: 100_000).utf8)
        for start in stride(from: 0, to: text.count, by: 50_000) {
            try await write(Array(text[start..<start + 50_000]), to: user)
            try await Task.sleep(for: .milliseconds(1))
        }
        try user.close()
        #expect(try await reading.value == text)
    }

    @Test(.timeLimit(.minutes(1))) func `what can be read at any time is read too`() async throws {
        let nothing = try FileDescriptor.open("/dev/null", .readOnly)
        defer { try? nothing.close() }
        #expect(try await InputReader(nothing).readToEnd() == [])

        let url = FileManager.default.temporaryDirectory.appending(path: "stack-input-\(UUID())")
        let text = Array(String(repeating: "state ", count: 100_000).utf8)
        try Data(text).write(to: url)
        let file = try FileDescriptor.open(url.path, .readOnly)
        try FileManager.default.removeItem(at: url)
        defer { try? file.close() }
        #expect(try await InputReader(file).readToEnd() == text)
    }

    @Test func `what cannot be read is an error`() async throws {
        let folder = try FileDescriptor.open("/", .readOnly)
        defer { try? folder.close() }
        await #expect(throws: Errno.isDirectory) { try await InputReader(folder).readToEnd() }
    }

    @Test(.timeLimit(.minutes(1))) func `reading ends when its task is cancelled, although the pipe stays open`()
        async throws
    {
        let (program, user) = try FileDescriptor.pipe()
        defer {
            try? program.close()
            try? user.close()
        }
        let (pieces, piece) = AsyncStream<Void>.makeStream()
        let reading = Task {
            try await InputReader(program).read { _ in
                piece.yield()
                return true
            }
        }
        try user.writeAll("half a state".utf8)
        for await _ in pieces { break }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
    }

    /// In a thread of its own, since a full pipe blocks.
    private func write(_ bytes: [UInt8], to descriptor: FileDescriptor) async throws {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "writer").async {
                continuation.resume(with: Result { _ = try descriptor.writeAll(bytes) })
            }
        }
    }
}
