import ChildProcess
import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@Suite struct CollectTests {
    @Test func `output, errors and the exit code are kept apart`() async throws {
        let output = try await collect(shell("echo out; echo err >&2; exit 3"))
        #expect(
            output
                == ChildOutput(exit: .exited(3), standardOutput: Data("out\n".utf8), standardError: Data("err\n".utf8)))
        #expect(!output.exit.isSuccess)
    }

    @Test func `a child that kills itself is signalled, not failed`() async throws {
        #expect(try await collect(shell("kill -9 $$")).exit == .signaled(9))
    }

    @Test func `what is given as input arrives whole`() async throws {
        let input = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let output = try await collect(ChildCommand(.path("/bin/cat"), environment: [:]), standardInput: input)
        #expect(output.standardOutput == input)
    }

    @Test func `a child that does not read its input is no error`() async throws {
        let output = try await collect(shell("exit 0"), standardInput: Data(count: 1 << 20))
        #expect(output.exit == .exited(0))
    }

    @Test func `megabytes on both outputs do not block`() async throws {
        let output = try await collect(shell("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"))
        #expect(output.standardOutput.count == 3_000_000)
        #expect(output.standardError.count == 3_000_000)
    }

    @Test func `a grandchild that keeps the output open does not hold the result back`() async throws {
        let start = ContinuousClock.now
        let output = try await collect(shell("sleep 600 & echo $!"))
        #expect(ContinuousClock.now - start < .seconds(300))
        let pid = try #require(pid_t(string(output.standardOutput).split(separator: "\n")[0]))
        kill(pid, SIGKILL)
    }

    @Test func `more output than allowed stops the child and says so`() async throws {
        let error = await #expect(throws: Diagnostic.self) {
            try await collect(shell("yes"), outputLimit: 1000)
        }
        #expect(error?.message == "`sh` wrote more than the 1000 bytes that are allowed, and was stopped")
    }

    @Test func `as much output as allowed is no error`() async throws {
        let output = try await collect(shell("head -c 1000 /dev/zero"), outputLimit: 1000)
        #expect(output.standardOutput.count == 1000)
    }

    @Test func `a time limit stops the child and what it started`() async throws {
        try await withTemporaryDirectory { directory in
            let start = ContinuousClock.now
            let error = await #expect(throws: Diagnostic.self) {
                try await collect(
                    shell("sleep 600 & echo $! > pid; wait", in: directory), timeout: .milliseconds(300))
            }
            #expect(error?.message == "`sh` did not end within 0.3 seconds, and was stopped")
            #expect(error?.outcome == .unavailable)
            #expect(ContinuousClock.now - start < .seconds(300))
            let pid = try #require(Int32(text(of: directory.appending("pid")).split(separator: "\n")[0]))
            try await eventually { ProcessIdentity.of(pid)?.liveness() != .alive }
        }
    }

    @Test func `a time limit that is not reached changes nothing`() async throws {
        let output = try await collect(shell("echo done"), timeout: .seconds(30))
        #expect(string(output.standardOutput) == "done\n")
    }

    @Test func `a child that does not mind SIGTERM is killed`() async throws {
        let start = ContinuousClock.now
        await #expect(throws: Diagnostic.self) {
            try await collect(shell("trap '' TERM; while :; do sleep 0.05; done"), timeout: .milliseconds(100))
        }
        #expect(ContinuousClock.now - start < .seconds(300))
    }

    @Test func `cancelling stops the child and throws a cancellation`() async throws {
        try await withTemporaryDirectory { directory in
            let task = Task { try await collect(shell("echo $$ > pid; exec sleep 600", in: directory)) }
            try await eventually { text(of: directory.appending("pid")).hasSuffix("\n") }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let pid = try #require(Int32(text(of: directory.appending("pid")).split(separator: "\n")[0]))
            #expect(ProcessIdentity.of(pid) == nil)
        }
    }
}
