import Diagnostics
package import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage

/// Runs a short helper to its end and returns what it wrote; any exit code is a result, none is an error.
///
/// When the waiting task is cancelled, the time is over or the output too long, the helper's process group gets
/// SIGTERM, and SIGKILL two seconds later: this is not for Terraform commands that change things.
///
/// - Parameters:
///   - outputLimit: in bytes, for standard output and standard error each.
///   - timeout: how long the helper may take; nil sets no limit.
///   - standardInput: what the helper reads; nil is `/dev/null`.
/// - Throws: a `Diagnostic` when the helper cannot be started, writes or takes too much; `CancellationError`.
package func collect(
    _ command: ChildCommand,
    outputLimit: Int = 64 << 20,
    timeout: Duration? = nil,
    standardInput: Data? = nil
) async throws -> ChildOutput {
    let stopping = TeardownStep.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
    let configuration = try command.configuration(teardown: [stopping])
    do {
        let input = try standardInput.map(memoryFile(holding:))
        let output = try await within(timeout) {
            if let input {
                let source = FileDescriptorInput.fileDescriptor(input, closeAfterSpawningProcess: true)
                return try await collect(configuration, input: source, outputLimit: outputLimit)
            }
            return try await collect(configuration, input: .none, outputLimit: outputLimit)
        }
        try Task.checkCancellation()
        guard let output else { throw Diagnostic.timedOut(command.displayName, after: timeout ?? .zero) }
        return output
    } catch {
        try Task.checkCancellation()
        throw Diagnostic.translating(error, program: command.displayName, outputLimit: outputLimit)
    }
}

private func collect(
    _ configuration: Configuration, input: some InputProtocol, outputLimit: Int
) async throws -> ChildOutput {
    let result = try await run(
        configuration, input: input, output: .bytes(limit: outputLimit), error: .bytes(limit: outputLimit))
    return ChildOutput(
        exit: ChildExit(result.terminationStatus),
        standardOutput: Data(result.standardOutput),
        standardError: Data(result.standardError)
    )
}

/// A file without a name that holds `content`, in memory only, to be read from its beginning.
///
/// A pipe would kill this process by SIGPIPE when the helper ends without having read it all.
private func memoryFile(holding content: Data) throws -> FileDescriptor {
    let name = "/stack-\(UUID().uuidString)"
    let number = shm_open(name, O_RDWR | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR)
    guard number >= 0 else { throw Errno(rawValue: errno) }
    shm_unlink(name)
    let file = FileDescriptor(rawValue: number)
    do {
        try file.writeAll(content)
        try file.seek(offset: 0, from: .start)
        return file
    } catch {
        try? file.close()
        throw error
    }
}

extension ChildExit {
    init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(code)
        case .signaled(let signal): self = .signaled(signal)
        }
    }
}
