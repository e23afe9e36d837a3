import ArgumentParser
import Diagnostics
import FoundationEssentials
import Glibc
import JSON
import Records
import Runs
import SystemPackage

/// `stack execute`, which nobody types: the process that applies one saved plan and outlives the terminal. Its errors go
/// to standard error as JSON, one a line, for whoever started it.
struct Execute: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "execute", abstract: "Apply the saved plan of a run, in this process.", shouldDisplay: false)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The run.")
    var run: String

    @Option(help: ArgumentHelp("Wait this long for the lock.", valueName: "time"))
    var lockTimeout: TimeSpan = TimeSpan(seconds: 0)

    @Option(name: .customLong("allow-destroy"))
    var allowedAddresses: [String] = []

    @Flag(name: .customLong("no-provider-gateway"))
    var isWithoutGateway = false

    @Option(help: ArgumentHelp("Wait this long for what is being made.", valueName: "time"))
    var stopTimeout = TimeSpan(seconds: 600)

    func run(in context: CommandContext) async throws -> Int32 {
        // The terminal that started this may close; the apply goes on.
        signal(SIGHUP, SIG_IGN)
        do {
            let engine = try await context.engine()
            let options = ExecutionOptions(
                lockTimeout: lockTimeout.duration, allowedAddresses: Set(allowedAddresses),
                usesGateway: !isWithoutGateway, stopTimeout: stopTimeout.duration)
            let status = try await context.signals.handled { signals in
                let (interrupts, interrupt) = AsyncStream<Void>.makeStream()
                let forwarding = Task {
                    for await signal in signals where signal != .hangUp { interrupt.yield() }
                    interrupt.finish()
                }
                defer { forwarding.cancel() }
                return try await engine.execute(run, options, interrupts: interrupts)
            }
            return status == .succeeded ? ExitStatus.done : ExitStatus.failed
        } catch {
            let problems = diagnostics(of: error)
            for problem in problems { writeError(line: try? JSONValue(encoding: problem).line) }
            return ExitStatus.code(for: problems)
        }
    }

}

/// What a process of this program says to the one that has started it, on standard error.
func writeError(line: String?) {
    guard let line else { return }
    // There is nowhere to say that this failed.
    _ = try? FileDescriptor.standardError.writeAll(line.utf8)
}
