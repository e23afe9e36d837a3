import Foundation
package import Glibc
import Synchronization

/// A project in a temporary folder of its own, and the built `stack` to run in it.
///
/// The environment is built, never inherited, but for PATH. Everything that is started carries `TEST_PROJECT` in its
/// environment and is ended with the test, executors that outlive their terminals included.
package final class TestProject: Sendable {
    /// The folder of the definitions: `…/fleet`.
    package let root: String
    /// A folder beside it for whatever must not lie in the project: `HOME`, marks, wrappers.
    package let scratch: String
    package let environment: [String: String]
    private let id = UUID().uuidString
    private let processes = Mutex<[RunningProcess]>([])
    private let cleanUps = Mutex<[@Sendable () async -> Void]>([])
    private let count = Atomic<Int>(0)
    /// What calls `stack`, when it is not the built program itself.
    private let caller = Mutex<[String]>([])

    fileprivate init(base: String, environment: [String: String]) throws {
        root = base + "/fleet"
        scratch = base + "/scratch"
        for folder in [root, scratch, scratch + "/home", scratch + "/tmp", scratch + "/commands"] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        self.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": scratch + "/home",
            "TMPDIR": scratch + "/tmp", "USER": "tester", "LANG": "C.UTF-8", "TEST_PROJECT": id,
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Tester", "GIT_AUTHOR_EMAIL": "tester@example.com",
            "GIT_COMMITTER_NAME": "Tester", "GIT_COMMITTER_EMAIL": "tester@example.com",
        ].merging(environment) { $1 }
    }

    /// The built `stack`, beside the test executable.
    package static var program: String {
        get throws { try program("stack") }
    }

    /// A built program, beside the test executable.
    package static func program(_ name: String) throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = (tests as NSString).deletingLastPathComponent + "/" + name
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw SpawnFailure(program: program, reason: "it was not built")
        }
        return program
    }

    /// Calls `stack` by other words from now on: another program, or one that starts it elsewhere.
    package func callStack(by words: [String]) { caller.withLock { $0 = words } }

    /// The words that call `stack`.
    package var call: [String] {
        get throws {
            let words = caller.withLock { $0 }
            return words.isEmpty ? [try Self.program] : words
        }
    }

    /// Ids, times and this project's folders replaced by words.
    package var filter: OutputFilter {
        OutputFilter(literals: [
            (root, "<project>"), (scratch, "<scratch>"),
            // With what stands before it: a short name of a host can be a part of a random id.
            ("on \(ProcessInfo.processInfo.hostName)", "on <host>"),
            ("on `\(ProcessInfo.processInfo.hostName)`", "on `<host>`"),
            ("@\(ProcessInfo.processInfo.hostName)", "@<host>"),
        ])
    }

    /// Runs `stack` in the project and waits for its end.
    ///
    /// - Parameters:
    ///   - environment: added to the project's.
    ///   - folder: where it is called, the project's root when nil.
    @discardableResult
    package func stack(
        _ arguments: String..., environment: [String: String] = [:], in folder: String? = nil,
        within limit: Duration = .seconds(120)
    ) async throws -> CommandResult {
        try await start(stack: arguments, environment: environment, in: folder).result(within: limit)
    }

    /// Starts `stack` in the project.
    package func start(
        _ arguments: String..., environment: [String: String] = [:], in folder: String? = nil
    ) throws -> RunningProcess {
        try start(stack: arguments, environment: environment, in: folder)
    }

    /// Starts `stack` in the project.
    package func start(
        stack arguments: [String], environment: [String: String] = [:], in folder: String? = nil
    ) throws -> RunningProcess {
        let call = try call
        return try start(call[0], call.dropFirst() + arguments, environment: environment, in: folder)
    }

    /// Starts `stack` under a terminal.
    package func terminal(
        _ arguments: String..., environment: [String: String] = [:], columns: UInt16 = 120, rows: UInt16 = 40
    ) throws -> TerminalSession {
        let call = try call
        return try TerminalSession(columns: columns, rows: rows) { terminal in
            try launch(
                call[0], call.dropFirst() + arguments,
                environment: ["TERM": "xterm-256color"].merging(environment) { $1 }, in: nil,
                terminal: terminal)
        }
    }

    /// Runs any other program and waits for its end.
    @discardableResult
    package func run(
        _ program: String, _ arguments: String..., environment: [String: String] = [:], in folder: String? = nil,
        within limit: Duration = .seconds(120)
    ) async throws -> CommandResult {
        try await start(program, arguments, environment: environment, in: folder).result(within: limit)
    }

    /// Starts any program.
    package func start(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
    ) throws -> RunningProcess {
        try launch(program, arguments, environment: environment, in: folder, terminal: nil)
    }

    private func launch(
        _ program: String, _ arguments: [String], environment: [String: String], in folder: String?, terminal: String?
    ) throws -> RunningProcess {
        let number = count.add(1, ordering: .relaxed).newValue
        let outputs = (output: "\(scratch)/commands/\(number).out", error: "\(scratch)/commands/\(number).err")
        let request = SpawnRequest(
            program: program, arguments: arguments, environment: self.environment.merging(environment) { $1 },
            folder: folder ?? root,
            streams: terminal.map(SpawnRequest.Streams.terminal)
                ?? .files(input: "/dev/null", output: outputs.output, error: outputs.error))
        let name = (program as NSString).lastPathComponent
        let process = RunningProcess(
            pid: try request.start(), command: ([name] + arguments).joined(separator: " "),
            outputs: terminal == nil ? outputs : nil)
        processes.withLock { $0.append(process) }
        return process
    }

    /// Living processes of this test, those that outlived what started them included.
    package var livingProcesses: [pid_t] { TestSupport.processes(withEnvironment: "TEST_PROJECT", value: id) }

    /// Does something when the test is over; what was asked for last is done first.
    package func atEnd(_ work: @escaping @Sendable () async -> Void) { cleanUps.withLock { $0.append(work) } }

    fileprivate func cleanUp(_ base: String) async {
        for work in cleanUps.withLock({ $0 }).reversed() { await work() }
        for process in processes.withLock({ $0 }) { process.end() }
        // Until none is left: one that is dying may have started another.
        var rounds = 0
        while rounds < 100, case let left = livingProcesses, !left.isEmpty {
            for pid in left { kill(pid, SIGKILL) }
            try? await Task.sleep(for: .milliseconds(10))
            rounds += 1
        }
        try? FileManager.default.removeItem(atPath: base)
    }
}

/// For what is a file's alone: the records are kept in one, whatever the tests run on.
package let ownFile = ["STACK_DATABASE_URL": ""]

/// Gives the body a project of its own, and ends and removes all of it afterwards.
///
/// Where STACK_TEST_DATABASE is `postgres`, its records are kept in a fresh database of the tests' server.
package func withProject<Value>(
    environment: [String: String] = [:], _ body: (TestProject) async throws -> Value
) async throws -> Value {
    guard ProcessInfo.processInfo.environment["STACK_TEST_DATABASE"] == "postgres" else {
        return try await withProject(in: environment, body)
    }
    return try await withDatabase { url in
        try await withProject(in: ["STACK_DATABASE_URL": url].merging(environment) { $1 }, body)
    }
}

private func withProject<Value>(
    in environment: [String: String], _ body: (TestProject) async throws -> Value
) async throws -> Value {
    let base = FileManager.default.temporaryDirectory.path + "/stack-test-" + UUID().uuidString.prefix(8).lowercased()
    let project = try TestProject(base: base, environment: environment)
    do {
        let value = try await body(project)
        await project.cleanUp(base)
        return value
    } catch {
        await project.cleanUp(base)
        throw error
    }
}
