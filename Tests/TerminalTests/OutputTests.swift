import Diagnostics
import Dispatch
import Glibc
import SystemPackage
import Testing

@testable import Terminal

struct OutputTests {
    @Test func `results and messages go different ways`() throws {
        let capture = try Capture()
        try capture.output.write("{}\n")
        try capture.output.write(lines: [StyledLine("row", .added)])
        capture.output.message("done", .success)
        #expect(try capture.resultText() == "{}\nrow\n")
        #expect(try capture.messageText() == "done\n")
    }

    @Test func `a terminal gets colours and never a sequence of the content`() throws {
        let capture = try Capture(.colored)
        capture.output.message([StyledLine([StyledSpan("+ ", .added), StyledSpan("a\u{1B}[2J")])])
        #expect(try capture.messageText() == "\u{1B}[32m+ \u{1B}[0ma\\u{1b}[2J\n")
    }

    @Test func `a reader that has gone is a quiet end`() throws {
        let pipe = try FileDescriptor.pipe()
        let output = Output(options: .plain, standardOutput: pipe.writeEnd, standardError: pipe.writeEnd)
        try pipe.readEnd.close()
        defer { try? pipe.writeEnd.close() }
        #expect(throws: OutputClosed()) { try output.write("text") }
        output.message("nobody reads this, and nothing happens")
    }

    @Test func `a full disk is an error that says so`() throws {
        let full = try FileDescriptor.open("/dev/full", .writeOnly)
        defer { try? full.close() }
        let output = Output(options: .plain, standardOutput: full)
        let error = #expect(throws: Diagnostic.self) { try output.write("text") }
        #expect(error?.message == "standard output cannot be written: No space left on device")
    }

    @Test func `much text through a non-blocking pipe arrives whole`() async throws {
        let pipe = try FileDescriptor.pipe()
        _ = fcntl(pipe.writeEnd.rawValue, F_SETFL, O_NONBLOCK)
        let text = String(repeating: "0123456789abcdef", count: 64 * 1024)
        let output = Output(options: .plain, standardOutput: pipe.writeEnd)
        // A thread of its own that runs before anything is written: the pool of Swift's tasks may be full of writers.
        let (texts, received) = AsyncStream<Result<String, any Error>>.makeStream()
        DispatchQueue(label: "reader").async {
            received.yield(Result { try readAll(pipe.readEnd) })
            received.finish()
        }
        try output.write(text)
        try pipe.writeEnd.close()
        #expect(try await texts.first { _ in true }?.get() == text)
        try pipe.readEnd.close()
    }

    @Test func `nothing is written for no lines`() throws {
        let capture = try Capture()
        try capture.output.write(lines: [])
        capture.output.message([])
        #expect(try capture.resultText() == "")
        #expect(try capture.messageText() == "")
    }

    @Test func `widths are the terminal's unless COLUMNS says otherwise`() throws {
        let terminal = try PseudoTerminal(columns: 101, rows: 33)
        let streams = TerminalOptions.Streams(input: true, output: true, messages: true)
        let output = Output(
            options: TerminalOptions(environment: [:], streams: streams), standardOutput: terminal.program,
            standardError: terminal.program)
        #expect(output.resultWidth == 101)
        #expect(output.messageWindow == WindowSize(columns: 101, rows: 33))
        #expect(try Capture(.live).output.resultWidth == 40)
        #expect(try Capture(.plain).output.resultWidth == nil)
    }
}

private func readAll(_ descriptor: FileDescriptor) throws -> String {
    var bytes: [UInt8] = []
    while true {
        let chunk = try [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
            count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        if chunk.isEmpty { return String(decoding: bytes, as: UTF8.self) }
        bytes += chunk
    }
}
