import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@testable import ChildProcess

@Suite struct ProcessIdentityTests {
    private let here = ProcessIdentity.current()

    private func changed(
        host: String? = nil, machineID: String? = nil, bootID: String? = nil, pidNamespace: String? = nil,
        pid: Int32? = nil, startTime: UInt64? = nil
    ) -> ProcessIdentity {
        ProcessIdentity(
            host: host ?? here.host, machineID: machineID ?? here.machineID, bootID: bootID ?? here.bootID,
            pidNamespace: pidNamespace ?? here.pidNamespace, pid: pid ?? here.pid,
            startTime: startTime ?? here.startTime)
    }

    @Test func `this process is alive and the same every time`() {
        #expect(here.liveness() == .alive)
        #expect(here == .current())
        #expect(here == .of(getpid()))
        #expect(!here.bootID.isEmpty && !here.host.isEmpty && here.startTime > 0)
        #expect(here.pidNamespace.hasPrefix("pid:["))
    }

    @Test func `it survives being stored`() throws {
        let stored = try JSONEncoder().encode(here)
        #expect(try JSONDecoder().decode(ProcessIdentity.self, from: stored) == here)
    }

    @Test func `a pid that has become another process's is dead`() {
        #expect(changed(startTime: here.startTime + 1).liveness() == .dead)
    }

    @Test func `a process whose start is not known is not called dead`() {
        #expect(
            changed(startTime: 0).liveness()
                == .cannotTell(reason: "it is not known when process `\(here.pid)` was started"))
    }

    @Test func `a pid that nobody has is dead and names nobody`() {
        #expect(changed(pid: .max).liveness() == .dead)
        #expect(ProcessIdentity.of(.max) == nil)
    }

    @Test func `a zombie is dead`() async throws {
        let started = Collector<ProcessIdentity>()
        // The shell is replaced by a program that never waits for the shell's child.
        let task = Task {
            try await streamLines(shell("sh -c 'exit 0' & echo $!; exec sleep 600"), onStart: { started.append($0) }) {
                if let identity = Int32($0).flatMap(ProcessIdentity.of) { started.append(identity) }
            }
        }
        try await eventually { started.elements.count == 2 }
        try await eventually { started.elements[1].liveness() == .dead }
        #expect(ProcessIdentity.of(started.elements[1].pid) == started.elements[1])
        #expect(
            try !livingProcesses(withEnvironment: "NONE", value: "", sessions: [started.elements[0].pid])
                .contains { $0.pid == started.elements[1].pid })
        task.cancel()
        #expect(try await task.value == .signaled(SIGINT))
    }

    @Test func `another host and another container cannot be looked into`() {
        #expect(
            changed(host: "elsewhere", bootID: "other").liveness()
                == .cannotTell(reason: "process `\(here.pid)` runs on host `elsewhere`"))
        #expect(
            changed(pidNamespace: "pid:[1]").liveness()
                == .cannotTell(reason: "process `\(here.pid)` runs in another container of host `\(here.host)`"))
    }

    @Test func `a restart of the same machine proves the death, a machine of the same name does not`() {
        #expect(changed(bootID: "before").isKnownDead == !here.machineID.isEmpty)
        #expect(!changed(machineID: "twin", bootID: "before").isKnownDead)
        #expect(!changed(machineID: "", bootID: "before").isKnownDead)
        #expect(!changed(bootID: "").isKnownDead)
    }

    @Test func `a process that may live elsewhere is not signalled`() {
        let error = #expect(throws: Diagnostic.self) { try changed(host: "elsewhere", bootID: "other").send(.kill) }
        #expect(
            error?.message
                == "Process `\(here.pid)` cannot be signalled: process `\(here.pid)` runs on host `elsewhere`")
    }
}

extension ProcessIdentity {
    fileprivate var isKnownDead: Bool { liveness() == .dead }
}

@Suite struct ProcessStatusTests {
    @Test func `the name may hold spaces, parentheses and line feeds`() {
        let status = ProcessStatus(
            parsing: "42 (a) R 1 (b\n) S 7 8 9 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 95743 0 0\n")
        #expect(status?.name == "a) R 1 (b\n")
        #expect(status?.state == "S")
        #expect(status?.parent == 7)
        #expect(status?.processGroup == 8)
        #expect(status?.session == 9)
        #expect(status?.startTime == 95743)
    }

    @Test(arguments: [
        "", "42 (a", "42 (a) S 1 2", "42 )a( S 1 2 3 4", "42 (a) S x 8 9 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0",
    ])
    func `what is cut short is no status`(text: String) {
        #expect(ProcessStatus(parsing: text) == nil)
    }
}
