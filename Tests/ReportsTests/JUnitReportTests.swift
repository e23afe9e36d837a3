import FoundationEssentials
import JSON
import Testing

@testable import Reports

struct JUnitReportTests {
    @Test func `a case a stack, in one suite`() {
        var done = StackReport(name: "dev", result: .succeeded)
        done.run = "r1"
        done.seconds = 3.25
        var broken = StackReport(name: "prod", result: .failed)
        broken.message = "exit 1"
        broken.errors = ["error: a < b", "error: c"]
        var left = StackReport(name: "apps", result: .skipped)
        left.message = "needs `prod`, which has failed"
        let report = RunReport(
            operation: .apply, start: start, end: start + 4, exitCode: 1, stacks: [done, broken, left])
        #expect(
            report.junit == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="stack apply" tests="3" failures="1" errors="0" skipped="1" time="4.000">
                  <testsuite name="stack apply" tests="3" failures="1" errors="0" skipped="1" time="4.000" timestamp="2026-11-26T15:00:00.000Z">
                    <testcase name="dev" classname="stack.apply" time="3.250">
                      <system-out>run r1</system-out>
                    </testcase>
                    <testcase name="prod" classname="stack.apply" time="0.000">
                      <failure message="exit 1" type="failed">error: a &lt; b

                error: c</failure>
                    </testcase>
                    <testcase name="apps" classname="stack.apply" time="0.000">
                      <skipped message="needs `prod`, which has failed"/>
                    </testcase>
                  </testsuite>
                </testsuites>

                """)
    }

    @Test func `a parser reads every text as it was, but for what XML cannot hold`() async throws {
        let script = """
            import json, xml.etree.ElementTree as tree
            root = tree.fromstring(data)
            print(json.dumps([[case.get("name"), [[child.tag, child.get("message") or "", child.text or ""] for child in case]]
                for case in root.iter("testcase")]))
            """
        let text = try await python(script, ReportFormat.xml.data(everything()))
        let cases = try JSONValue(parsing: Data(text.utf8)).arrayValue ?? []
        let children = Dictionary(
            uniqueKeysWithValues: cases.map { ($0.arrayValue?[0].stringValue ?? "", $0.arrayValue?[1] ?? .null) })
        #expect(children.keys.sorted() == StackReport.Result.allCases.map(\.rawValue).sorted())
        let message = "Error: <nothing> & \"nobody\"\t\u{FFFD}[31m\u{FFFD}\u{FFFD}"
        let errors = "error: a\r\n  1 │ b ]]>\u{FFFD}\n\nerror: ünïcode 漢字 🙂"
        #expect(children["failed"] == [["failure", .string(message), .string(errors)]])
        #expect(children["skipped"] == [["skipped", "needs `failed`,\nwhich has failed", ""]])
        #expect(children["drifted"] == [["failure", "drifted", "drifted"]])
        #expect(children["detached"] == [["skipped", "detached", ""]])
        #expect(children["planned"] == [])
    }
}
