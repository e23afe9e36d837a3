import FoundationEssentials
import JSON
import Testing

@testable import Reports

struct CSVReportTests {
    @Test func `a line a stack below a header`() {
        var stack = StackReport(name: "dev", result: .succeeded)
        stack.run = "r1"
        stack.counts = StackReport.Counts(add: 2, change: 1, destroy: 0)
        stack.start = start
        stack.seconds = 3
        stack.attempts = 1
        stack.dependencies = ["network", "dns"]
        let report = RunReport(
            operation: .apply, start: start, end: start, exitCode: 0,
            stacks: [stack, StackReport(name: "prod", result: .waiting)])
        #expect(
            report.csv == """
                stack,result,run,add,change,destroy,start,seconds,attempts,message,dependencies,errors\r
                dev,succeeded,r1,2,1,0,2026-11-26T15:00:00.000Z,3.000,1,,network dns,\r
                prod,waiting,,,,,,,0,,,\r

                """)
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]) func `no text is a formula`(
        text: String
    ) async throws {
        var stack = StackReport(name: text, result: .failed)
        stack.message = text
        stack.errors = [text]
        let report = RunReport(operation: .plan, start: start, end: start, exitCode: 1, stacks: [stack])
        let fields = try await rows(of: report)[1]
        #expect([fields[0], fields[9], fields[11]] == ["'\(text)", "'\(text)", "'\(text)"])
    }

    @Test func `another program reads what was written`() async throws {
        let report = everything()
        let rows = try await rows(of: report)
        #expect(rows.count == 1 + report.stacks.count)
        #expect(rows.allSatisfy { $0.count == 12 })
        #expect(rows[1][9] == "'=HYPERLINK(\"https://example.org\"), \"quoted\"")
        #expect(rows[6][11] == "error: a\r\n  1 │ b ]]>\u{7}\n\nerror: ünïcode 漢字 🙂")
        #expect(rows[7][9] == "needs `failed`,\nwhich has failed")
    }

    private func rows(of report: RunReport) async throws -> [[String]] {
        let script = """
            import csv, io, json
            text = io.StringIO(data.decode(), newline="")
            print(json.dumps(list(csv.reader(text, strict=True))))
            """
        let text = try await python(script, ReportFormat.csv.data(report))
        return try JSONValue(parsing: Data(text.utf8)).decoded(as: [[String]].self)
    }
}
