import CLinux
package import Diagnostics
import Glibc
import Synchronization
package import SystemPackage

/// A child that is killed as soon as this process has ended, in whichever way.
///
/// The kernel does that at the end of the *thread* that has started the child, so `start` has to be called on one that
/// stays. On Linux a program can be told so only before it begins, and by itself: hence another program between, which
/// calls `becomeBoundChild`.
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
    /// - Parameters:
    ///   - starter: calls `becomeBoundChild` with what follows the `arguments`: this process's pid, the child's folder, and
    ///     the child's program.
    /// - Throws: a `Diagnostic` when it cannot be started.
    package static func start(
        _ program: FilePath, in folder: FilePath, environment: [String: String], starter: FilePath,
        arguments: [String]
    ) throws(Diagnostic) -> BoundChild {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let (output, error) = try pipes()
        posix_spawn_file_actions_adddup2(&actions, output.write.rawValue, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, error.write.rawValue, STDERR_FILENO)
        defer { for end in [output.write, error.write] { try? end.close() } }
        let words = [starter.string] + arguments + ["\(getpid())", folder.string, program.string]
        let argv = words.map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var pid: pid_t = 0
        let problem = posix_spawn(&pid, starter.string, &actions, nil, argv, envp)
        guard problem == 0 else {
            for end in [output.read, error.read] { try? end.close() }
            throw .notStarted(program, Errno(rawValue: problem))
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
            // Not a group yet, when the program between has not come to that.
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

/// Turns this process into another program in a session of its own, which is killed when its parent ends.
///
/// - Parameters:
///   - parent: the pid of the process that has started this one; when it has ended meanwhile, this one ends as well.
///   - folder: the program's current directory.
/// - Returns: never, unless it fails.
package func becomeBoundChild(_ program: FilePath, of parent: Int32, in folder: FilePath) -> Diagnostic {
    // The kernel keeps this for the thread that asks, and for the program that this thread becomes.
    guard die_with_parent() == 0, getppid() == parent else {
        return .error("`\(parent)` is not the parent of this process any more")
    }
    setsid()
    for signal in [SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGCHLD] { Glibc.signal(signal, SIG_DFL) }
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
    guard chdir(folder.string) == 0 else { return .notStarted(program, Errno(rawValue: errno)) }
    // Not closed at once: a thread of this program may be using them, and would end it.
    _ = close_range(UInt32(STDERR_FILENO + 1), .max, CInt(CLOSE_RANGE_CLOEXEC))
    let argv = [strdup(program.string), nil]
    execv(program.string, argv)
    return .notStarted(program, Errno(rawValue: errno))
}

extension Diagnostic {
    fileprivate static func noPipe(_ problem: Errno) -> Diagnostic { .error("no pipe can be made: \(problem)") }

    fileprivate static func notStarted(_ program: FilePath, _ problem: Errno) -> Diagnostic {
        .error("`\(program)` could not be started: \(problem)")
    }
}
