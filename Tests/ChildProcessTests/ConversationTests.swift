import Diagnostics
import Foundation
import Testing

@testable import ChildProcess

struct ConversationTests {
    private func start(_ program: String, _ arguments: [String] = []) throws -> Conversation {
        try Conversation(ChildCommand(.name(program), arguments: arguments, environment: ["PATH": "/usr/bin:/bin"]))
    }

    @Test func `every question gets its answer, by lines and by bytes`() throws {
        let cat = try start("cat")
        for number in 1...3 {
            let answer = try cat.ask("line \(number)\nab\0cd") { (try $0.line(), try $0.bytes(5)) }
            #expect(answer == ("line \(number)", Data("ab\0cd".utf8)))
        }
    }

    @Test func `an answer may be longer than any buffer`() throws {
        let yes = try start("sh", ["-c", "read line; head -c 3000000 /dev/zero; echo; echo end"])
        let (data, rest, end) = try yes.ask("go\n") { (try $0.bytes(3_000_000), try $0.line(), try $0.line()) }
        #expect(data == Data(count: 3_000_000) && rest == "" && end == "end")
    }

    @Test func `a helper that has ended is told, and does not end this process`() throws {
        let helper = try start("true")
        for _ in 1...3 {
            let error = #expect(throws: Diagnostic.self) { try helper.ask("?\n") { try $0.line() } }
            #expect(error?.message.hasPrefix("`true` ") == true)
        }
    }

    @Test func `a program that is not there is told`() throws {
        let error = #expect(throws: Diagnostic.self) { try start("no-such-helper") }
        #expect(error?.message == "`no-such-helper` was not found on PATH")
    }

    @Test func `the helper is ended and gone when it is let go`() throws {
        var helper: Conversation? = try start("sh", ["-c", "echo $$; exec sleep 1000"])
        let pid = try #require(try helper?.ask("") { pid_t(try $0.line()) })
        #expect(kill(pid, 0) == 0)
        helper = nil
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
    }
}
