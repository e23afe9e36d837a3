import Commands
import FoundationEssentials
import Glibc
import UnixSignals

/// Hands the process's arguments, environment and signals to the command tree, and its exit code back.
@main
struct Main {
    static func main() async {
        let signals = Signals()
        let forwarding = Task {
            for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
                switch signal {
                case .sigint: signals.receive(.interrupt)
                case .sigterm: signals.receive(.terminate)
                default: signals.receive(.hangUp)
                }
            }
        }
        let code = await runStack(
            arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment,
            signals: signals)
        forwarding.cancel()
        exit(code)
    }
}
