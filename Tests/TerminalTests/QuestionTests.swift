import Glibc
import SystemPackage
import Testing

@testable import Terminal

struct QuestionTests {
    private func ask(typing: String) async throws -> Question.Answer {
        let capture = try Capture(.live)
        let terminal = try PseudoTerminal()
        try terminal.user.writeAll(typing.utf8)
        return try await Question(output: capture.output, input: terminal.program).ask("Apply these plans?")
    }

    @Test(arguments: [("yes\n", "yes"), ("  Ja \n", "Ja"), ("\n", ""), ("no\nyes\n", "no"), ("größe\n", "größe")])
    func `the answer is one line`(typed: String, answer: String) async throws {
        #expect(try await ask(typing: typed) == .text(answer))
    }

    @Test func `Ctrl-D is the end of input`() async throws {
        #expect(try await ask(typing: "\u{04}") == .endOfInput)
    }

    @Test func `Ctrl-D after some characters waits for the rest of the line`() async throws {
        #expect(try await ask(typing: "ye\u{04}s\n") == .text("yes"))
    }

    @Test func `nobody is asked without a terminal`() async throws {
        let capture = try Capture(.plain)
        #expect(try await Question(output: capture.output).ask("Apply?") == .nobody)
        #expect(try capture.messageText() == "")
    }

    @Test func `the prompt stays on its line, on standard error`() async throws {
        let capture = try Capture(.live)
        let terminal = try PseudoTerminal()
        try terminal.user.writeAll("dev\n".utf8)
        _ = try await Question(output: capture.output, input: terminal.program).ask("Type the name to destroy it:")
        #expect(try capture.messageText() == "Type the name to destroy it: ")
        #expect(try capture.resultText() == "")
    }

    @Test(.timeLimit(.minutes(1))) func `a question that waits ends when its task is cancelled`() async throws {
        let terminal = try PseudoTerminal()
        let output = Output(options: .live, standardError: terminal.program)
        let input = terminal.program
        let task = Task { try await Question(output: output, input: input).ask("Apply?") }
        _ = fcntl(terminal.user.rawValue, F_SETFL, O_NONBLOCK)
        var shown = ""
        while shown != "Apply? " {
            try await Task.sleep(for: .milliseconds(1))
            shown += (try? readSome(terminal.user)) ?? ""
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

/// - Throws: `Errno` when there is nothing to read yet.
private func readSome(_ descriptor: FileDescriptor) throws -> String {
    let bytes = try [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
        count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    return String(decoding: bytes, as: UTF8.self)
}
