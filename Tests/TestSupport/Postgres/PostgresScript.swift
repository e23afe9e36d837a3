import CLinux
import Foundation
import Glibc

/// `scripts/temporary-postgres` at work. It ends its server when this process ends, however that happens: the other end of
/// its standard input is held here and nowhere else.
struct PostgresScript: Sendable {
    let process: RunningProcess
    /// What the script has printed.
    let url: String
    private let hold: Int32

    /// - Parameter folder: where its outputs are kept.
    /// - Throws: `Timeout` with what the script says when there is no server.
    static func start(_ arguments: [String], outputsIn folder: String) async throws -> PostgresScript {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw Timeout("no pipe: \(String(cString: strerror(errno)))") }
        defer { close(ends[0]) }
        do {
            let process = try RunningProcess.start(
                "\(repository)/scripts/temporary-postgres", arguments, input: "/proc/self/fd/\(ends[0])",
                outputsIn: folder)
            let url = try await eventually("PostgreSQL accepts connections") {
                if let code = process.exitCode { throw Timeout("\(process.stderr)--- exit \(code)") }
                return process.stdout.hasSuffix("\n") ? process.stdout.trimmingCharacters(in: .newlines) : nil
            }
            return PostgresScript(process: process, url: url, hold: ends[1])
        } catch {
            close(ends[1])
            throw error
        }
    }

    /// Sends a signal, and waits until script and server have ended.
    func end(by signal: Int32) async throws {
        process.send(signal)
        defer { close(hold) }
        let result = try await process.result()
        guard result.exitCode == 0 else { throw Timeout(result.description) }
    }
}

extension RunningProcess {
    /// Starts a program that belongs to no project.
    static func start(
        _ program: String, _ arguments: [String], input: String, outputsIn folder: String,
        environment: [String: String] = [:]
    ) throws -> RunningProcess {
        let outputs = (output: "\(folder)/output", error: "\(folder)/error")
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let request = SpawnRequest(
            program: program, arguments: arguments,
            environment: ["PATH": path, "LANG": "C.UTF-8"].merging(environment) { $1 }, folder: folder,
            streams: .files(input: input, output: outputs.output, error: outputs.error))
        return RunningProcess(
            pid: try request.start(), command: ([program] + arguments).joined(separator: " "), outputs: outputs)
    }
}

/// Gives the body a new temporary folder, which other users may enter, and removes it afterwards.
func withTemporaryFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.path + "/stack-test-" + UUID().uuidString.prefix(8).lowercased()
    try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}
