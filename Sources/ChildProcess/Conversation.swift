import CLinux
package import Diagnostics
package import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage

/// A helper that answers as often as it is asked, such as `git cat-file --batch`, and is ended when it is let go.
///
/// Asking blocks the calling thread as reading a file does, so this is for helpers on this machine that answer at once.
package final class Conversation: Sendable {
    private let pid: pid_t
    private let answers: Mutex<Answers>

    /// Starts the helper, in a session of its own; what it writes to standard error is thrown away.
    ///
    /// - Throws: a `Diagnostic` when it cannot be started.
    package init(_ command: ChildCommand) throws(Diagnostic) {
        let (program, arguments, environment) = try command.launch()
        // Not pipes: writing into one whose reader has ended would end this process by SIGPIPE.
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw .error("`\(command.displayName)` could not be started: \(Errno(rawValue: errno))")
        }
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let mine = FileDescriptor(rawValue: ends[0])
        defer { close(ends[1]) }
        let (pid, problem) = spawn(program, arguments, environment, speakingOver: ends[1])
        guard problem == 0 else {
            try? mine.close()
            throw .error("`\(command.displayName)` could not be started: \(Errno(rawValue: problem))")
        }
        self.pid = pid
        answers = Mutex(Answers(name: command.displayName, socket: mine))
    }

    deinit {
        answers.withLock { try? $0.socket.close() }
        kill(pid, SIGKILL)
        while waitpid(pid, nil, 0) < 0, errno == EINTR {}
    }

    /// Asks, and reads all of the answer.
    ///
    /// - Throws: a `Diagnostic` when the helper has ended, or is silent for a minute.
    package func ask<Value: Sendable>(
        _ question: String, reading: (inout Answers) throws -> Value
    ) throws -> Value {
        try answers.withLock { answers in
            try answers.send(question)
            return try reading(&answers)
        }
    }

    /// What the helper writes.
    package struct Answers: Sendable {
        fileprivate let name: String
        fileprivate let socket: FileDescriptor
        private var waiting: ArraySlice<UInt8> = []

        fileprivate init(name: String, socket: FileDescriptor) {
            self.name = name
            self.socket = socket
        }

        /// The next line, without its line feed.
        package mutating func line() throws(Diagnostic) -> String {
            var searched = waiting.startIndex
            while true {
                if let end = waiting[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                    defer { waiting = waiting[(end + 1)...] }
                    return String(decoding: waiting[..<end], as: UTF8.self)
                }
                searched = waiting.endIndex
                try readMore()
            }
        }

        /// The next bytes.
        package mutating func bytes(_ count: Int) throws(Diagnostic) -> Data {
            while waiting.count < count { try readMore() }
            defer { waiting = waiting.dropFirst(count) }
            return Data(waiting.prefix(count))
        }

        private mutating func readMore() throws(Diagnostic) {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            var count: Int
            repeat { count = recv(socket.rawValue, &buffer, buffer.count, 0) } while count < 0 && errno == EINTR
            guard count > 0 else {
                throw .error("`\(name)` \(count == 0 ? "has ended" : "does not answer: \(Errno(rawValue: errno))")")
            }
            waiting += buffer[..<count]
        }

        fileprivate func send(_ question: String) throws(Diagnostic) {
            var rest = Array(question.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(socket.rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count >= 0 || errno == EINTR else {
                    throw .error("`\(name)` cannot be asked: \(Errno(rawValue: errno))")
                }
                rest = rest.dropFirst(max(count, 0))
            }
        }
    }
}

/// - Returns: the pid, or what is in the way.
private func spawn(
    _ program: FilePath, _ arguments: [String], _ environment: [String: String], speakingOver socket: Int32
) -> (pid: pid_t, problem: Int32) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | Int32(SPAWN_IN_NEW_SESSION)))
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var pid: pid_t = 0
    let problem = posix_spawn(&pid, program.string, &actions, &attributes, argv, envp)
    return (pid, problem)
}
