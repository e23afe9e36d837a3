import Foundation
import Glibc

/// What a new process starts with. Every process of a test is the leader of a session of its own, inherits no descriptor,
/// and has the environment that it is given and nothing else.
struct SpawnRequest {
    enum Streams {
        case files(input: String, output: String, error: String)
        /// The path of a terminal, which becomes the controlling one.
        case terminal(String)
    }

    let program: String
    let arguments: [String]
    let environment: [String: String]
    let folder: String
    let streams: Streams

    /// - Returns: the pid.
    func start() throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        add(to: &actions)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | newSession
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let argv = ([program] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var pid: pid_t = 0
        var code = posix_spawnp(&pid, program, &actions, &attributes, argv, envp)
        // Between its fork and its exec a child of another test has the script open that this one has just written, and the
        // kernel does not run it meanwhile. Nothing tells when that is over, so it is tried again.
        for _ in 1...100 where code == ETXTBSY {
            usleep(10_000)
            code = posix_spawnp(&pid, program, &actions, &attributes, argv, envp)
        }
        guard code == 0 else { throw SpawnFailure(program: program, reason: String(cString: strerror(code))) }
        return pid
    }

    private func add(to actions: inout posix_spawn_file_actions_t) {
        switch streams {
        case .files(let input, let output, let error):
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        case .terminal(let path):
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, path, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
            posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
        }
        _ = changeFolder?(&actions, folder)
        _ = closeFrom?(&actions, STDERR_FILENO + 1)
    }
}

// GNU extensions, which the module `Glibc` leaves out.

/// `POSIX_SPAWN_SETSID`
private let newSession: Int32 = 0x80

private let changeFolder = extensionOfSpawn(
    "posix_spawn_file_actions_addchdir_np",
    as: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>) -> Int32).self)

private let closeFrom = extensionOfSpawn(
    "posix_spawn_file_actions_addclosefrom_np",
    as: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)

private func extensionOfSpawn<Function>(_ name: String, as type: Function.Type) -> Function? {
    dlsym(nil, name).map { unsafeBitCast($0, to: type) }
}

/// A program could not be started.
package struct SpawnFailure: Error, CustomStringConvertible {
    let program: String
    let reason: String

    package var description: String { "`\(program)` cannot be started: \(reason)" }
}
