import Foundation
package import Glibc
import Synchronization

/// A process that a test has started, and that it ends.
package final class RunningProcess: Sendable {
    package let pid: pid_t
    let command: String
    private let status = Mutex<Int32?>(nil)
    private let outputs: (output: String, error: String)?

    init(pid: pid_t, command: String, outputs: (output: String, error: String)?) {
        self.pid = pid
        self.command = command
        self.outputs = outputs
    }

    /// What it has written so far.
    package var stdout: String { outputs.map { contents($0.output) } ?? "" }
    package var stderr: String { outputs.map { contents($0.error) } ?? "" }

    /// The exit code once it has ended: 128 + the signal when one ended it.
    package var exitCode: Int32? {
        status.withLock { status in
            if status == nil {
                var raw: Int32 = 0
                if waitpid(pid, &raw, WNOHANG) == pid { status = raw }
            }
            return status.map { raw in raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f) }
        }
    }

    package var isRunning: Bool { exitCode == nil }

    package func send(_ signal: Int32) {
        // Under the lock of the status: a pid that was waited for may be another's by now.
        status.withLock { if $0 == nil { _ = kill(pid, signal) } }
    }

    /// Waits for its end.
    ///
    /// - Throws: `Timeout` with what it has written, after killing it.
    package func result(within limit: Duration = .seconds(120)) async throws -> CommandResult {
        let deadline = ContinuousClock.now + limit
        var peakMemory = 0
        while true {
            peakMemory = max(peakMemory, highWaterMark(of: pid))
            if let exitCode {
                return CommandResult(
                    command: command, exitCode: exitCode, stdout: stdout, stderr: stderr,
                    peakMemory: peakMemory)
            }
            guard ContinuousClock.now < deadline else {
                send(SIGKILL)
                throw Timeout("`\(command)` has not ended within \(limit)\n\(stdout)\n--- stderr\n\(stderr)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Ends it for good, if it has not ended.
    func end() {
        send(SIGKILL)
        status.withLock { status in
            guard status == nil else { return }
            var raw: Int32 = 0
            if waitpid(pid, &raw, 0) == pid { status = raw }
        }
    }
}

/// The most that a process has had in memory so far, in bytes; 0 when it is over. Not from `wait4`, whose figure begins
/// with the memory of the process that started it.
private func highWaterMark(of pid: pid_t) -> Int {
    let line = contents("/proc/\(pid)/status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 << 10 } ?? 0
}

private func contents(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
}

/// Pids of the living processes that carry a variable in their environment, zombies left out.
package func processes(withEnvironment name: String, value: String) -> [pid_t] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let wanted = Data("\(name)=\(value)".utf8)
    return entries.compactMap { pid_t($0) }.filter { pid in
        let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data()
        return environment.split(separator: 0).contains { $0 == wanted }
    }
}

/// The words of a process's command line; none when it is gone.
package func arguments(of pid: pid_t) -> [String] {
    let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
    return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
}
