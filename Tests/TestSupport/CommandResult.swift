import Foundation
package import JSON

/// What a finished command left behind.
package struct CommandResult: Sendable {
    /// The command line, for messages of failed expectations.
    package let command: String
    /// The exit code; 128 + the signal for a process that a signal ended, as shells count.
    package let exitCode: Int32
    package let stdout: String
    package let stderr: String
    /// The most that it had in memory at once, in bytes, as seen while it was waited for.
    package let peakMemory: Int

    package var lines: [String] { stdout.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    /// Standard output as one JSON document.
    package var json: JSONValue { get throws { try JSONValue(parsing: Data(stdout.utf8)) } }

    /// Standard output as one JSON document a line.
    package var jsonLines: [JSONValue] {
        get throws { try stdout.split(separator: "\n").map { try JSONValue(parsing: Data($0.utf8)) } }
    }

    /// Everything, for the message of a failed expectation.
    package var description: String { "$ \(command)\n\(stdout)--- stderr\n\(stderr)--- exit \(exitCode)" }

    package init(command: String, exitCode: Int32, stdout: String, stderr: String, peakMemory: Int) {
        self.command = command
        self.exitCode = exitCode
        self.stdout = stdout
        self.stderr = stderr
        self.peakMemory = peakMemory
    }

    /// The same with everything that differs from run to run replaced by a word in angle brackets.
    package func filtered(_ filter: OutputFilter) -> CommandResult {
        CommandResult(
            command: command, exitCode: exitCode, stdout: filter.apply(to: stdout), stderr: filter.apply(to: stderr),
            peakMemory: peakMemory)
    }
}

/// Replaces what differs from run to run: ids, times, durations, folders, the host.
package struct OutputFilter: Sendable {
    /// Literal texts and what stands for them; longer ones first.
    package var literals: [(text: String, word: String)]

    package init(literals: [(text: String, word: String)] = []) {
        self.literals = literals.sorted { $0.text.count > $1.text.count }
    }

    package func apply(to text: String) -> String {
        var text = text
        for (literal, word) in literals where !literal.isEmpty {
            text = text.replacingOccurrences(of: literal, with: word)
        }
        for (pattern, word) in Self.patterns {
            text = text.replacingOccurrences(of: pattern, with: word, options: .regularExpression)
        }
        return text
    }

    private static let patterns: [(pattern: String, word: String)] = [
        ("[0-9]{8}-[0-9]{6}-[0-9a-z]{4}", "<run>"),
        ("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "<time>"),
        ("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>"),
        ("\\b[0-9]+(\\.[0-9]+)? ?(ms|s|min)\\b", "<duration>"),
        ("\\bpid [0-9]+", "pid <pid>"),
    ]
}
