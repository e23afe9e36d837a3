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
        ) { records in StateStore(records: records) { _, _ in } }
        exit(code)
    }
}
