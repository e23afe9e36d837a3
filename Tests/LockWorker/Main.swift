import Cryptography
import Diagnostics
import Foundation
import LockHistory
import Records

/// Takes the locks of a few stacks again and again, and writes under them, until it is killed.
///
/// Usage: lock-worker URL HISTORY SEED STACK... [--without-a-check]
///
/// With the last word it does what a program could do whose database did not look at tokens: what was refused it writes
/// under the token that is there.
@main
struct Main {
    static func main() async throws {
        var words = Array(CommandLine.arguments.dropFirst())
        let checks = words.last != "--without-a-check"
        if !checks { words.removeLast() }
        let (url, seed, stacks) = (words[0], UInt64(words[2]) ?? 0, Array(words.dropFirst(3)))
        let history = try HistoryFile(words[1])
        let records = try await open(url)
        let worker = Worker(records: records, history: history, stacks: stacks, seed: seed, checks: checks)
        while true { try await worker.playRound() }
    }

    /// Waits for the network: nothing was done yet.
    private static func open(_ url: String) async throws -> Records {
        let key = try SealingKey(base64: Data(repeating: 7, count: 32).base64EncodedString(), source: "the test")
        while true {
            do {
                return try await RecordsDatabase(postgres: url, patience: .seconds(2))
                    .records(of: "project", sealedWith: key)
            } catch is Diagnostic {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}
