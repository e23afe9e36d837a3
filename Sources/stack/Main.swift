import Commands
import FoundationEssentials
import Glibc
import UnixSignals

/// Hands the process's arguments, environment and signals to the command tree, and its exit code back.
@main
struct Main {
    static func main() async {
        let signals = Signals()
        let heeded = [UnixSignal.sigint, .sigterm, .sighup].filter { !isIgnored($0.rawValue) }
        let forwarding = Task {
            for await signal in await UnixSignalsSequence(trapping: heeded) {
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

/// Whether whoever has started this process wants it to live on when the signal comes, as `nohup` does with SIGHUP.
private func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}
