import ArgumentParser
import Diagnostics
import Records
package import Runs
import StateStore
import Terminal

/// Runs one command line.
///
/// - Parameter states: makes what keeps the states that Terraform writes.
/// - Returns: the exit code of the process.
package func runStack(
    arguments: [String], environment: [String: String], signals: Signals,
    states: @escaping StateStoreMaker = { StateStore(records: $0, notes: $1) }
) async -> Int32 {
    if let topic = HelpTopic(arguments: arguments) {
        try? standardOutput.write(topic.text)
        return ExitStatus.done
    }
    if let unknown = UnknownCommand(arguments: arguments) {
        standardOutput.message(DiagnosticRenderer(width: 80).lines(unknown.diagnostic))
        return ExitStatus.usage
    }
    let command: any ParsableCommand
    do {
        command = try await Root.asyncParseAsRoot(arguments)
    } catch {
        return end(withParserError: error)
    }
    guard let command = command as? any StackCommand else {
        var other = command
        do {
            try other.run()
            return ExitStatus.done
        } catch {
            return end(withParserError: error)
        }
    }
    let context = CommandContext(
        global: command.global, environment: environment, signals: signals, states: states)
    let work = Task { try await command.run(in: context) }
    signals.onCancel { work.cancel() }
    do {
        return try await work.value
    } catch {
        return report(error, in: context)
    }
}

/// The standard streams as long as no flag has said anything about them.
private var standardOutput: Output {
    Output(options: TerminalOptions(environment: [:], streams: .init(input: false, output: false, messages: false)))
}

/// Help goes to standard output and is no failure; everything else is wrong usage.
private func end(withParserError error: any Error) -> Int32 {
    let code = Root.exitCode(for: error).rawValue
    let text = Root.fullMessage(for: error)
    if code == ExitStatus.done {
        try? standardOutput.write(text + "\n")
    } else {
        standardOutput.message(usageProblem(text))
    }
    return code
}

/// The parser's text with the first line as every other error begins.
private func usageProblem(_ text: String) -> [StyledLine] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let first = lines.first, first.hasPrefix("Error: ") else { return lines.map { StyledLine($0) } }
    let message = StyledLine([StyledSpan("error: ", .error), StyledSpan(String(first.dropFirst("Error: ".count)))])
    return [message] + lines.dropFirst().map { StyledLine($0) }
}

private func report(_ error: any Error, in context: CommandContext) -> Int32 {
    // Whoever has ended it knows, and of a reader that has gone nobody is left to tell anything.
    if context.signals.cancellation == nil, !(error is OutputClosed) { context.report(diagnostics(of: error)) }
    return exitCode(of: error, in: context)
}

/// The exit code of a command that an error has ended.
func exitCode(of error: any Error, in context: CommandContext) -> Int32 {
    if let signal = context.signals.cancellation { return signal.exitCode }
    // A script must not take it for done.
    if error is OutputClosed { return ExitStatus.outputClosed }
    return ExitStatus.code(for: diagnostics(of: error))
}
