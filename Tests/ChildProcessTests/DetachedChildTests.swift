import ChildProcess
import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@Suite struct DetachedChildTests {
    @Test func `it runs when the call returns, and its end can be awaited more than once`() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("log")
            let child = try await startDetached(
                shell("echo $$; while [ ! -e go ]; do sleep 0.02; done; echo end >&2; exit 5", in: directory),
                output: file)
            #expect(child.identity.liveness() == .alive)
            try await eventually { text(of: file) == "\(child.identity.pid)\n" }
            try Data().write(to: URL(filePath: directory.appending("go").string))
            #expect(try await child.exit() == .exited(5))
            #expect(try await child.exit() == .exited(5))
            #expect(child.identity.liveness() == .dead)
            #expect(text(of: file) == "\(child.identity.pid)\nend\n")
            #expect(mode(of: file) == 0o600)
        }
    }

    @Test func `cancelling the waiting leaves the process alone`() async throws {
        try await withTemporaryDirectory { directory in
            let child = try await startDetached(shell("exec sleep 600"), output: directory.appending("log"))
            let waiting = Task { try await child.exit() }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(child.identity.liveness() == .alive)
            #expect(try child.identity.send(.kill))
            #expect(try await child.exit() == .signaled(SIGKILL))
            #expect(try child.identity.send(.kill) == false)
        }
    }

    @Test func `it outlives the process that started it, in a session of its own`() async throws {
        try await withTemporaryDirectory { directory in
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = directory.string as String] in
                let directory = FilePath(path)
                let child = try await startDetached(
                    shell("ps -o pid=,sid= -p $$; while [ ! -e go ]; do sleep 0.02; done; echo end", in: directory),
                    output: directory.appending("log"))
                try Data("\(child.identity.pid)".utf8).write(to: URL(filePath: directory.appending("pid").string))
                kill(getpid(), SIGKILL)
            }
            let pid = text(of: directory.appending("pid"))
            let identity = try #require(Int32(pid).flatMap(ProcessIdentity.of))
            #expect(identity.liveness() == .alive)
            try Data().write(to: URL(filePath: directory.appending("go").string))
            try await eventually { text(of: directory.appending("log")).hasSuffix("end\n") }
            let fields = text(of: directory.appending("log")).split(whereSeparator: \.isWhitespace)
            #expect(fields == [Substring(pid), Substring(pid), "end"])
            try await eventually { identity.liveness() == .dead }
        }
    }

    @Test func `what cannot be started throws at once`() async throws {
        try await withTemporaryDirectory { directory in
            await #expect(throws: Diagnostic.self) {
                try await startDetached(
                    ChildCommand(.name("absent"), environment: ["PATH": "/bin"]), output: directory.appending("log"))
            }
            await #expect(throws: Diagnostic.self) {
                try await startDetached(shell("true"), output: directory.appending("absent").appending("log"))
            }
        }
    }

    @Test func `a process that ends at once is started and has ended`() async throws {
        try await withTemporaryDirectory { directory in
            for _ in 0..<20 {
                let child = try await startDetached(shell("exit 0"), output: directory.appending("log"))
                #expect(try await child.exit() == .exited(0))
            }
        }
    }
}
