import Diagnostics
import Subprocess
import SystemPackage

extension Diagnostic {
    static func programNotFound(_ name: String, searchPath: String?) -> Diagnostic {
        guard searchPath != nil else {
            return .error(
                "`\(name)` was not found, because PATH is not set",
                hint: "Set PATH to the folders that hold your programs")
        }
        return .error("`\(name)` was not found on PATH", hint: "Install `\(name)`, or add its folder to PATH")
    }

    static func programNotExecutable(_ path: FilePath) -> Diagnostic {
        .error("`\(path)` is not an executable file", hint: "Check the path, and that `chmod +x` was done")
    }

    static func workingDirectoryMissing(_ path: FilePath, program: String) -> Diagnostic {
        .error("`\(program)` cannot run in `\(path)`, which is not a directory")
    }

    static func nulInArgument(_ position: Int, program: String) -> Diagnostic {
        .error("Argument \(position) of `\(program)` holds a NUL character, which no argument can")
    }

    static func malformedVariableName(_ name: String) -> Diagnostic {
        .error("`\(name)` cannot be the name of an environment variable")
    }

    /// The value is left out: it may be secret.
    static func nulInVariable(_ name: String) -> Diagnostic {
        .error("The value of the environment variable `\(name)` holds a NUL character, which no value can")
    }

    static func outputTooLong(_ program: String, limit: Int) -> Diagnostic {
        .error("`\(program)` wrote more than the \(limit) bytes that are allowed, and was stopped")
    }

    static func timedOut(_ program: String, after limit: Duration) -> Diagnostic {
        .error("`\(program)` did not end within \(limit), and was stopped", outcome: .unavailable)
    }

    static func outputFile(_ path: FilePath, _ problem: Errno) -> Diagnostic {
        .error("The output file `\(path)` cannot be opened: \(problem)")
    }

    /// Errors of the library in our words; everything else (a cancellation above all) as it is.
    static func translating(_ error: any Error, program: String, outputLimit: Int = 0) -> any Error {
        if let problem = error as? Errno {
            return Diagnostic.error("`\(program)` could not be given its input: \(problem)")
        }
        guard let error = error as? SubprocessError else { return error }
        if error.code == .outputLimitExceeded { return outputTooLong(program, limit: outputLimit) }
        let cause = error.underlyingError.map(\.description) ?? error.description
        if error.code == .spawnFailed || error.code == .executableNotFound {
            return Diagnostic.error("`\(program)` could not be started: \(cause)")
        }
        return Diagnostic.error("`\(program)` could not be followed to its end: \(cause)")
    }
}
