import Diagnostics
import FoundationEssentials
import Subprocess
import SystemPackage

extension ChildCommand {
    /// What swift-subprocess needs to start this command in a session of its own.
    ///
    /// What can be known to be wrong is found here, because the errors of a failed start name neither the file nor
    /// the variable.
    ///
    /// - Parameter teardown: how the child is stopped when the task that waits for it is cancelled or fails.
    func configuration(teardown: [TeardownStep]) throws(Diagnostic) -> Configuration {
        try check()
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = teardown
        return Configuration(
            executable: .path(try resolvedExecutable()),
            arguments: Arguments(executablePathOverride: argumentZero, remainingValues: arguments),
            environment: .custom(subprocessEnvironment),
            workingDirectory: workingDirectory,
            platformOptions: options
        )
    }

    /// What the system needs to start this command.
    ///
    /// - Throws: as `configuration`.
    func launch() throws(Diagnostic) -> (program: FilePath, arguments: [String], environment: [String: String]) {
        try check()
        return (try resolvedExecutable(), [argumentZero] + arguments, environment)
    }

    private var argumentZero: String {
        switch executable {
        case .name(let name): name
        case .path(let path): path.string
        case .thisProgram: CommandLine.arguments.first ?? ""
        }
    }

    private var subprocessEnvironment: [Environment.Key: String] {
        var result: [Environment.Key: String] = [:]
        for (name, value) in environment { result[Environment.Key(stringLiteral: name)] = value }
        return result
    }

    private func resolvedExecutable() throws(Diagnostic) -> FilePath {
        switch executable {
        case .name(let name):
            guard let path = findExecutable(name, searchPath: environment["PATH"]) else {
                throw .programNotFound(name, searchPath: environment["PATH"])
            }
            return path
        case .path(let path):
            let absolute = FilePath(FileManager.default.currentDirectoryPath).pushing(path)
            guard isExecutableFile(absolute) else { throw .programNotExecutable(path) }
            return absolute
        // The child that becomes the program looks there, and finds what it was made from.
        case .thisProgram: return "/proc/self/exe"
        }
    }

    /// A NUL would silently cut an argument or a value short, and an `=` would set another variable.
    private func check() throws(Diagnostic) {
        if let workingDirectory, !isDirectory(workingDirectory) {
            throw .workingDirectoryMissing(workingDirectory, program: displayName)
        }
        if let index = arguments.firstIndex(where: { $0.utf8.contains(0) }) {
            throw .nulInArgument(index + 1, program: displayName)
        }
        for (name, value) in environment {
            guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")), !name.utf8.contains(0) else {
                throw .malformedVariableName(name)
            }
            guard !value.utf8.contains(0) else { throw .nulInVariable(name) }
        }
    }
}
