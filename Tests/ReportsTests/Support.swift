import ChildProcess
import FoundationEssentials
import Testing

@testable import Reports

/// 2026-11-26, 15:00 UTC.
let start = Date(timeIntervalSince1970: 1_795_705_200)

/// A report with every result, and texts that are hard to write.
func everything() -> RunReport {
    var stacks = StackReport.Result.allCases.map { StackReport(name: $0.rawValue, result: $0) }
    stacks[0].message = "=HYPERLINK(\"https://example.org\"), \"quoted\""
    stacks[0].dependencies = ["planned", "failed"]
    stacks[3].run = "20261126-1500-abcd"
    stacks[3].counts = StackReport.Counts(add: 2, change: 1, destroy: 0)
    stacks[3].start = start + 1.5
    stacks[3].seconds = 61.0426
    stacks[3].attempts = 2
    stacks[5].attempts = 1
    stacks[5].message = "Error: <nothing> & \"nobody\"\t\u{1B}[31m\u{0}\u{FFFF}"
    stacks[5].errors = ["error: a\r\n  1 │ b ]]>\u{7}", "error: ünïcode 漢字 🙂"]
    stacks[6].message = "needs `failed`,\nwhich has failed"
    return RunReport(operation: .apply, start: start, end: start + 90.25, exitCode: 1, stacks: stacks)
}

/// What a Python script prints that reads the bytes as `data`: another implementation than the one under test.
func python(_ script: String, _ data: Data) async throws -> String {
    let command = ChildCommand(
        .name("python3"), arguments: ["-c", "import sys\ndata = sys.stdin.buffer.read()\n" + script],
        environment: ProcessInfo.processInfo.environment)
    let output = try await collect(command, standardInput: data)
    try #require(output.exit.isSuccess, "\(String(decoding: output.standardError, as: UTF8.self))")
    return String(decoding: output.standardOutput, as: UTF8.self)
}
