import ChildProcess
import Definitions
import Diagnostics
import Files
import FoundationEssentials
import JSON
import SystemPackage

/// Finds the value behind a source: the caller's environment, a file, the output of a command.
struct ValueResolver: Sendable {
    let root: FilePath
    let environment: [String: String]

    /// How long a command may take to print a value.
    private static let commandTimeout = Duration.seconds(60)
    private static let outputLimit = 1 << 20

    /// The text that a source stands for. One line feed at the end of a file, and all at the end of a command's output,
    /// are not part of it.
    ///
    /// - Parameter what: what the value is for, as the message names it: "the variable `x`".
    /// - Throws: a `Diagnostic` at the source's place when there is no value; never an empty one instead.
    func text(of source: Located<ValueSource>, for what: String) async throws -> String {
        switch source.value {
        case .literal(let literal): return literal.text ?? literal.json().text
        case .fromEnvironment(let name):
            guard let value = environment[name] else {
                throw unresolved(what, "the environment variable `\(name)` is not set", source)
            }
            return value
        case .fromFile(let path):
            guard let data = try readFile(root.pushing(FilePath(path))) else {
                throw unresolved(what, "there is no file `\(path)`", source)
            }
            let text = String(decoding: data, as: UTF8.self)
            return text.hasSuffix("\n") ? String(text.dropLast()) : text
        case .fromCommand(let arguments): return try await output(of: arguments, what, source)
        case .secretKey, .configMapKey:
            throw unresolved(what, "Kubernetes Secrets and ConfigMaps are not looked up yet", source)
        }
    }

    private func output(
        of arguments: [String], _ what: String, _ source: Located<ValueSource>
    ) async throws -> String {
        guard let program = arguments.first else { throw unresolved(what, "the command is empty", source) }
        let command = ChildCommand(
            program.contains("/") ? .path(root.pushing(FilePath(program))) : .name(program),
            arguments: Array(arguments.dropFirst()), environment: environment,
            workingDirectory: root)
        let result: ChildOutput
        do {
            result = try await collect(command, outputLimit: Self.outputLimit, timeout: Self.commandTimeout)
        } catch let problem as Diagnostic {
            throw unresolved(what, problem, source)
        }
        guard result.exit.isSuccess else {
            let said = String(decoding: result.standardError.prefix(2000), as: UTF8.self)
            throw unresolved(what, "the command `\(program)` \(result.exit): \(said)", source)
        }
        var text = String(decoding: result.standardOutput, as: UTF8.self)
        while text.hasSuffix("\n") { text.removeLast() }
        guard !text.isEmpty else { throw unresolved(what, "the command `\(program)` printed nothing", source) }
        return text
    }
}

/// The same problem as one of the value, with what there is to do about it.
private func unresolved(_ what: String, _ problem: Diagnostic, _ source: Located<ValueSource>) -> Diagnostic {
    var result = unresolved(what, problem.message, source)
    result.hint = problem.hint
    result.outcome = problem.outcome
    return result
}

private func unresolved(_ what: String, _ reason: String, _ source: Located<ValueSource>) -> Diagnostic {
    .error("\(what) has no value: \(reason)", at: source.location)
}
