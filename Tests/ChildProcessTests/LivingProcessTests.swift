import ChildProcess
import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@Suite struct LivingProcessTests {
    @Test func `a daemon that left the session is found by its environment`() async throws {
        try await withTemporaryDirectory { directory in
            let run = UUID().uuidString
            let command = shell(
                "setsid sleep 600 & echo $! > pid; exit 0", environment: ["STACK_RUN_ID": run], in: directory)
            let child = try await startDetached(command, output: directory.appending("log"))
            #expect(try await child.exit() == .exited(0))
            try await eventually { try living(run).map(\.name) == ["sleep"] }
            let daemon = try #require(try living(run).first)
            #expect(Int32(text(of: directory.appending("pid")).split(separator: "\n")[0]) == daemon.pid)
            #expect(ProcessIdentity.of(daemon.pid)?.startTime == daemon.startTime)
            // Part of the value is not the value.
            #expect(try living(String(run.dropLast())).isEmpty)
            kill(daemon.pid, SIGKILL)
            try await eventually { try living(run).isEmpty }
        }
    }

    @Test func `a grandchild with another environment is found by the session, and the group ends it`() async throws {
        try await withTemporaryDirectory { directory in
            let command = shell("env -i /bin/sh -c 'trap \"\" INT TERM; echo ready; sleep 600; :'", in: directory)
            let child = try await startDetached(command, output: directory.appending("log"))
            let session = child.identity.pid
            try await eventually { text(of: directory.appending("log")) == "ready\n" }
            let names = { try livingProcesses(withEnvironment: "NONE", value: "", sessions: [session]).map(\.name) }
            try await eventually { try names().contains("sleep") }
            #expect(try child.identity.send(.kill))
            #expect(try await child.exit() == .signaled(SIGKILL))
            #expect(try names().contains("sleep"))
            #expect(try send(.kill, toProcessGroup: session))
            try await eventually { try names().isEmpty }
            try await eventually { try !send(.kill, toProcessGroup: session) }
        }
    }

    @Test func `not being able to look is an error, not an empty answer`() async {
        await #expect(processExitsWith: .success) {
            let before = ProcessIdentity.current()
            var limit = rlimit(rlim_cur: 3, rlim_max: 3)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            #expect(throws: Diagnostic.self) { try livingProcesses(withEnvironment: "NONE", value: "") }
            guard case .cannotTell = before.liveness() else { exit(1) }
        }
    }

    @Test func `the calling process does not count`() throws {
        let session = getsid(0)
        let found = try livingProcesses(withEnvironment: "NONE", value: "", sessions: [session])
        #expect(!found.contains { $0.pid == getpid() })
    }

    @Test(arguments: [Int32(1), 0, -1, -5])
    func `what is no group of a child is never signalled`(group: Int32) {
        #expect(throws: Diagnostic.self) { try send(.kill, toProcessGroup: group) }
    }

    private func living(_ run: String) throws -> [LivingProcess] {
        try livingProcesses(withEnvironment: "STACK_RUN_ID", value: run)
    }
}
