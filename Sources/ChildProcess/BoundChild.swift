import CLinux
package import Diagnostics
import Glibc
import Synchronization
package import SystemPackage

/// A child that is killed as soon as this process has ended, in whichever way.
///
/// The kernel does that at the end of the *thread* that has started the child, so `start` has to be called on one that
/// stays.
package final class BoundChild: Sendable {
    /// Also the id of its session and its process group.
    package let pid: Int32
    /// What it writes; whoever reads it closes it.
    package let standardOutput: FileDescriptor
    package let standardError: FileDescriptor
    private let isReaped = Mutex(false)

    private init(pid: Int32, standardOutput: FileDescriptor, standardError: FileDescriptor) {
        self.pid = pid
        self.standardOutput = standardOutput
        self.standardError = standardError
    }

    /// Starts a child with its standard input from `/dev/null` and pipes for its outputs.
    ///
    /// - Throws: a `Diagnostic` when it cannot be started. One that cannot be executed says so on its standard error.
    package static func start(
        _ program: FilePath, in folder: FilePath, environment: [String: String]
    ) throws(Diagnostic) -> BoundChild {
        let argv = [strdup(program.string), nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        let (output, error) = try pipes()
        defer { for end in [output.write, error.write] { try? end.close() } }
        let pid = start_bound(
            program.string, argv, envp, folder.string, output.write.rawValue, error.write.rawValue)
        guard pid > 0 else {
            let problem = Errno(rawValue: errno)
            for end in [output.read, error.read] { try? end.close() }
            throw .error("`\(program)` could not be started: \(problem)")
        }
        return BoundChild(pid: pid, standardOutput: output.read, standardError: error.read)
    }

    private typealias Pipe = (read: FileDescriptor, write: FileDescriptor)

    /// Of which no other child gets an end.
    private static func pipes() throws(Diagnostic) -> (Pipe, Pipe) {
        var (first, second): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe2(&first, O_CLOEXEC) == 0 else { throw .noPipe(Errno(rawValue: errno)) }
        guard pipe2(&second, O_CLOEXEC) == 0 else {
            let problem = Errno(rawValue: errno)
            for end in first { close(end) }
            throw .noPipe(problem)
        }
        func pipe(_ ends: [Int32]) -> Pipe { (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1])) }
        return (pipe(first), pipe(second))
    }

    /// Whether it has ended. After that its pid may be another's.
    package var hasEnded: Bool { isReaped.withLock { reap(&$0, options: WNOHANG) } }

    /// Kills it and what it has started in its process group, and waits for its end.
    package func kill() {
        isReaped.withLock { isReaped in
            guard !isReaped else { return }
            // Not a group yet, when it has not come to that.
            _ = Glibc.kill(-pid, SIGKILL)
            _ = Glibc.kill(pid, SIGKILL)
            _ = reap(&isReaped, options: 0)
        }
    }

    private func reap(_ isReaped: inout Bool, options: Int32) -> Bool {
        while !isReaped {
            let result = waitpid(pid, nil, options)
            if result == 0 { return false }
            isReaped = result == pid || errno != EINTR
        }
        return true
    }
}

extension Diagnostic {
    fileprivate static func noPipe(_ problem: Errno) -> Diagnostic { .error("no pipe can be made: \(problem)") }
}
