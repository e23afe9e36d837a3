import ChildProcess
import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@Suite struct RunToFileTests {
    private let noInterrupts = AsyncStream<Void> { $0.finish() }

    @Test(arguments: ["", "before\n"])
    func `both outputs land, in their order, in a file for its owner only`(before: String) async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("log")
            if !before.isEmpty {
                try Data(before.utf8).write(to: URL(filePath: file.string))
                chmod(file.string, 0o644)
            }
            let exit = try await runToFile(
                shell("echo 1; echo 2 >&2; echo 3; exit 4"), output: file, reserving: 1 << 20,
                interrupts: noInterrupts, onStart: { _ in })
            #expect(exit == .exited(4))
            #expect(text(of: file) == before + "1\n2\n3\n")
            #expect(mode(of: file) == 0o600)
        }
    }

    @Test func `a link in the place of the file is refused`() async throws {
        try await withTemporaryDirectory { directory in
            symlink("/dev/null", directory.appending("out").string)
            let error = await #expect(throws: Diagnostic.self) {
                try await runToFile(
                    shell("true"), output: directory.appending("out"), interrupts: noInterrupts, onStart: { _ in })
            }
            #expect(error?.message.contains("cannot be opened: Too many levels of symbolic links") == true)
        }
    }

    @Test func `cancelling neither signals the child nor leaves it`() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("log")
            let started = Collector<ProcessIdentity>()
            let script =
                "trap 'echo INT' INT; trap 'echo TERM' TERM; echo ready; while [ ! -e go ]; do sleep 0.02; done; echo end"
            let task = Task {
                try await runToFile(
                    shell(script, in: directory), output: file, interrupts: noInterrupts,
                    onStart: { started.append($0) })
            }
            try await eventually { text(of: file) == "ready\n" }
            task.cancel()
            try await Task.sleep(for: .milliseconds(150))
            #expect(started.elements.first?.liveness() == .alive)
            try Data().write(to: URL(filePath: directory.appending("go").string))
            #expect(try await task.value == .exited(0))
            #expect(text(of: file) == "ready\nend\n")
            #expect(started.elements.first?.liveness() == .dead)
        }
    }

    @Test(arguments: [(1, 1), (2, 2)])
    func `an interrupt is passed on, but not more often than allowed`(limit: Int, expected: Int) async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("log")
            let script = "trap 'echo INT' INT; echo ready; while [ ! -e go ]; do sleep 0.02; done"
            let (interrupts, interrupt) = AsyncStream<Void>.makeStream()
            let task = Task {
                try await runToFile(
                    shell(script, in: directory), output: file, interrupts: interrupts,
                    interruptLimit: limit, onStart: { _ in })
            }
            try await eventually { text(of: file) == "ready\n" }
            for count in 1...3 {
                interrupt.yield()
                let seen = String(repeating: "INT\n", count: min(count, expected))
                try await eventually { text(of: file) == "ready\n" + seen }
            }
            try await Task.sleep(for: .milliseconds(100))
            try Data().write(to: URL(filePath: directory.appending("go").string))
            #expect(try await task.value == .exited(0))
            #expect(text(of: file) == "ready\n" + String(repeating: "INT\n", count: expected))
        }
    }

    @Test func `an interrupt goes to the child, not to what it started`() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("log")
            let script = """
                trap 'echo parent' INT
                sh -c 'trap "echo child" INT; echo ready; while [ ! -e go ]; do sleep 0.02; done' &
                while ! wait; do :; done
                while [ ! -e go ]; do sleep 0.02; done
                """
            let (interrupts, interrupt) = AsyncStream<Void>.makeStream()
            let task = Task {
                try await runToFile(
                    shell(script, in: directory), output: file, interrupts: interrupts,
                    onStart: { _ in })
            }
            try await eventually { text(of: file) == "ready\n" }
            interrupt.yield()
            try await eventually { text(of: file) == "ready\nparent\n" }
            try Data().write(to: URL(filePath: directory.appending("go").string))
            #expect(try await task.value == .exited(0))
            #expect(text(of: file) == "ready\nparent\n")
        }
    }

    @Test func `the child goes on to its end when the process that waits is killed`() async throws {
        try await withTemporaryDirectory { directory in
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = directory.string as String] in
                let directory = FilePath(path)
                let file = directory.appending("log")
                _ = try await runToFile(
                    shell("echo $PPID > started; for i in 1 2 3 4 5; do echo $i; sleep 0.1; done", in: directory),
                    output: file, interrupts: AsyncStream { $0.finish() },
                    onStart: { _ in
                        while text(of: file).isEmpty { try? await Task.sleep(for: .milliseconds(1)) }
                        kill(getpid(), SIGKILL)
                    })
            }
            try await eventually { text(of: directory.appending("log")) == "1\n2\n3\n4\n5\n" }
        }
    }
}
