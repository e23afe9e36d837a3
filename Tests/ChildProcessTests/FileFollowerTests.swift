import Diagnostics
import FoundationEssentials
import Synchronization
import SystemPackage
import Testing

@testable import ChildProcess

@Suite struct FileFollowerTests {
    private func follow(
        _ path: FilePath, from offset: UInt64 = 0, until finished: @escaping @Sendable () async -> Bool = { true }
    ) async throws -> [FollowedLine] {
        let follower = FileFollower(path: path, from: offset, pollInterval: .milliseconds(5))
        return try await follower.lines(until: finished).reduce(into: []) { $0.append($1) }
    }

    @Test func `a finished file is read to its end, a half last line included`() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("log")
            try Data("one\n\nzwölf\nhalf".utf8).write(to: URL(filePath: file.string))
            #expect(
                try await follow(file) == [
                    FollowedLine(text: "one", endOffset: 4), FollowedLine(text: "", endOffset: 5),
                    FollowedLine(text: "zwölf", endOffset: 12), FollowedLine(text: "half", endOffset: 16),
                ])
        }
    }

    @Test(arguments: [(4, ["", "zwölf"]), (5, ["zwölf"]), (12, []), (100, [])] as [(UInt64, [String])])
    func `a reader takes up where the last line ended`(offset: UInt64, expected: [String]) async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("log")
            try Data("one\n\nzwölf\n".utf8).write(to: URL(filePath: file.string))
            #expect(try await follow(file, from: offset).map(\.text) == expected)
        }
    }

    @Test func `a line that no event is as long as is cut, and the next one begins where it should`() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("log")
            let length = 9 << 20
            try Data((String(repeating: "x", count: length) + "\nnext\n").utf8).write(to: URL(filePath: file.string))
            let lines = try await follow(file)
            #expect(
                lines.first?.text == String(repeating: "x", count: 2000) + " … (cut: a line of \(length) bytes)")
            #expect(lines.dropFirst() == [FollowedLine(text: "next", endOffset: UInt64(length + 6))])
        }
    }

    @Test func `a file that never came has no lines`() async throws {
        #expect(try await follow("/absent/file").isEmpty)
    }

    @Test func `a file that cannot be read is an error`() async throws {
        let error = await #expect(throws: Diagnostic.self) { try await follow("/") }
        #expect(error?.message == "`/` cannot be read: Is a directory")
    }

    @Test func `lines of a child are seen while it runs, from before the file exists`() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("log")
            let ended = Mutex(false)
            let follower = FileFollower(path: file, pollInterval: .milliseconds(5))
            let seen = Collector<String>()
            let following = Task {
                for try await line in follower.lines(until: { ended.withLock { $0 } }) { seen.append(line.text) }
            }
            let child = Task {
                try await runToFile(
                    shell(
                        "echo first; while [ ! -e go ]; do sleep 0.02; done; printf 'second\\nla'; printf st",
                        in: directory),
                    output: file, interrupts: AsyncStream { $0.finish() },
                    onStart: { _ in })
            }
            try await eventually { seen.elements == ["first"] }
            try Data().write(to: URL(filePath: directory.appending("go").string))
            #expect(try await child.value.isSuccess)
            ended.withLock { $0 = true }
            try await following.value
            #expect(seen.elements == ["first", "second", "last"])
        }
    }

    @Test func `waiting for more can be cancelled`() async throws {
        let task = Task { try await follow("/absent/file", until: { false }) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

@Suite struct LineSplitterTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func `the pieces in which bytes come do not matter`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("ab\n\n\u{2028}é\r".utf8) + [0xFF]
        let bytes = (0..<Int.random(in: 0..<200, using: &generator)).map { _ in
            alphabet.randomElement(using: &generator) ?? 0
        }
        var splitter = LineSplitter()
        var lines: [LineSplitter.Line] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(Int.random(in: 1...20, using: &generator)))
            lines += piece.withUnsafeBytes { splitter.append($0) }
            rest = rest.dropFirst(piece.count)
        }
        if let last = splitter.finish() { lines.append(last) }

        var expected = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if expected.last?.isEmpty == true { expected.removeLast() }
        #expect(lines.map(\.text) == expected.map { String(decoding: $0, as: UTF8.self) }, "seed \(seed)")
        // Every offset but that of a half last line stands right behind a line feed.
        for line in lines where Int(line.endOffset) < bytes.count || bytes.last == UInt8(ascii: "\n") {
            #expect(bytes[Int(line.endOffset) - 1] == UInt8(ascii: "\n"), "seed \(seed)")
        }
        #expect(splitter.offset == UInt64(bytes.count), "seed \(seed)")
    }
}
