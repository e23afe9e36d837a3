import ChildProcess
import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@Suite struct StreamLinesTests {
    private func lines(of script: String) async throws -> (lines: [String], exit: ChildExit) {
        let seen = Collector<String>()
        let exit = try await streamLines(shell(script)) { seen.append($0) }
        return (seen.elements, exit)
    }

    @Test(
        arguments: [
            ("printf 'a\\nb\\n'", ["a", "b"]),
            ("printf 'a\\n\\nhalf'", ["a", "", "half"]),
            ("printf ''", []),
            ("printf '\\n'", [""]),
            ("echo out; echo err >&2", ["out", "err"]),
            // NEL, line separator, vertical tab, form feed and carriage return do not end a line.
            ("printf 'a\\302\\205b\\342\\200\\250c\\vd\\fe\\rf\\n'", ["a\u{85}b\u{2028}c\u{B}d\u{C}e\rf"]),
            ("printf 'bad \\377 byte\\n'", ["bad \u{FFFD} byte"]),
        ] as [(String, [String])])
    func `only a line feed ends a line`(script: String, expected: [String]) async throws {
        let result = try await lines(of: script)
        #expect(result.lines == expected)
        #expect(result.exit == .exited(0))
    }

    @Test func `a line of megabytes comes in one piece`() async throws {
        let result = try await lines(of: "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo after")
        #expect(result.lines.map(\.utf8.count) == [3_000_000, 5])
    }

    @Test func `no line is lost when the reader is slower than the child`() async throws {
        let seen = Collector<String>()
        let exit = try await streamLines(shell("seq 1 40000")) { line in
            seen.append(line)
            if line.hasSuffix("0000") { try? await Task.sleep(for: .milliseconds(100)) }
        }
        #expect(seen.elements == (1...40_000).map(String.init))
        #expect(exit == .exited(0))
    }

    @Test(arguments: [("exit 2", ChildExit.exited(2)), ("kill -TERM $$", .signaled(15))])
    func `no way of ending is an error`(script: String, exit: ChildExit) async throws {
        #expect(try await lines(of: script).exit == exit)
    }

    @Test func `cancelling sends one interrupt and still hands over what the child says then`() async throws {
        let seen = Collector<String>()
        let script = "trap 'echo caught' INT; echo ready; while [ ! -e go ]; do sleep 0.02; done; echo end; exit 7"
        try await withTemporaryDirectory { directory in
            let task = Task { try await streamLines(shell(script, in: directory)) { seen.append($0) } }
            try await eventually { seen.elements == ["ready"] }
            task.cancel()
            task.cancel()
            try await eventually { seen.elements == ["ready", "caught"] }
            try Data().write(to: URL(filePath: directory.appending("go").string))
            #expect(try await task.value == .exited(7))
            #expect(seen.elements == ["ready", "caught", "end"])
        }
    }

    @Test func `a child that has closed its output can still be interrupted`() async throws {
        let started = Collector<ProcessIdentity>()
        let task = Task {
            try await streamLines(shell("exec >&- 2>&-; exec sleep 600"), onStart: { started.append($0) }) { _ in }
        }
        try await eventually { !started.elements.isEmpty }
        // Long enough for the reader to have seen the end of the output.
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        #expect(try await task.value == .signaled(SIGINT))
    }

    @Test func `a grandchild that keeps the output open does not hold the end back`() async throws {
        let start = ContinuousClock.now
        let result = try await lines(of: "sleep 600 & echo $!")
        #expect(ContinuousClock.now - start < .seconds(300))
        let pid = try #require(result.lines.first.flatMap { pid_t($0) })
        kill(pid, SIGKILL)
    }

    @Test func `the child is known before its first line`() async throws {
        let order = Collector<String>()
        let exit = try await streamLines(shell("echo $$"), onStart: { order.append("\($0.pid)") }) { order.append($0) }
        #expect(exit.isSuccess)
        #expect(order.elements.count == 2)
        #expect(order.elements.first == order.elements.last)
    }

    @Test func `nothing is started in a task that was cancelled before`() async throws {
        try await withTemporaryDirectory { directory in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await streamLines(shell("touch made", in: directory)) { _ in }
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(!FileManager.default.fileExists(atPath: directory.appending("made").string))
        }
    }
}
