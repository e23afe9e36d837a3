import Commands
import Foundation
import StateStore

/// `stack` with a store that forgets every state that Terraform writes: for the tests, which have to notice.
@main
struct Main {
    static func main() async {
        let code = await runStack(
            arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment,
            signals: Signals()
        ) { records, notes in StateStore(records: records, notes: notes) { _, _ in } }
        exit(code)
    }
}
