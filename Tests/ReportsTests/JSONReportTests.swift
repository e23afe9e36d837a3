import FoundationEssentials
import JSON
import TestSupport
import Testing

@testable import Reports

struct JSONReportTests {
    @Test func `every field is there, whatever is known`() {
        let report = RunReport(
            operation: .plan, start: start, end: start + 2, exitCode: 2,
            stacks: [StackReport(name: "dev", result: .skipped)])
        #expect(report.json["format"] == "1.0")
        #expect(report.json["operation"] == "plan")
        #expect(report.json["start"] == "2026-11-26T15:00:00.000Z")
        #expect(report.json["end"] == "2026-11-26T15:00:02.000Z")
        #expect(report.json["seconds"] == 2)
        #expect(report.json["exitCode"] == 2)
        #expect(
            report.json["stacks"] == [
                [
                    "name": "dev", "result": "skipped", "run": .null, "counts": .null, "start": .null, "seconds": .null,
                    "attempts": 0, "message": .null, "dependencies": [], "errors": [],
                ]
            ])
        #expect(report.json["totals"]?.objectValue?.filter { $0.value != 0 } == ["skipped": 1])
    }

    @Test func `what is known of a stack is told`() {
        #expect(
            everything().json["stacks"]?.arrayValue?[3] == [
                "name": "succeeded", "result": "succeeded", "run": "20261126-1500-abcd",
                "counts": ["add": 2, "change": 1, "destroy": 0], "start": "2026-11-26T15:00:01.500Z",
                "seconds": .number(Decimal(string: "61.043") ?? 0), "attempts": 2, "message": .null, "dependencies": [],
                "errors": [],
            ])
    }

    @Test(arguments: RunReport.Operation.allCases) func `a report is as the published schema says`(
        operation: RunReport.Operation
    ) throws {
        let schema = JSONSchema(try JSONValue(parsing: try publishedSchema()))
        let empty = RunReport(operation: operation, start: start, end: start, exitCode: 0, stacks: [])
        let full = everything()
        let same = RunReport(
            operation: operation, start: full.start, end: full.end, exitCode: full.exitCode, stacks: full.stacks)
        for report in [empty, same] {
            #expect(schema.findings(in: try JSONValue(parsing: ReportFormat.json.data(report))) == [])
        }
    }

    @Test func `the schema lets nothing else through`() throws {
        let schema = JSONSchema(try JSONValue(parsing: try publishedSchema()))
        var document = try #require(everything().json.objectValue)
        document["extra"] = 1
        document["operation"] = "walk"
        document["start"] = "yesterday"
        document["seconds"] = -1
        document["exitCode"] = nil
        document["stacks"] = [["name": 7]]
        let time = #"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$"#
        #expect(
            schema.findings(in: .object(document)) == [
                ": `extra` is too much", "/operation: \"walk\" is not enum [\"plan\",\"apply\",\"destroy\",\"drift\"]",
                "/seconds: -1 is not minimum 0", "/stacks/0/name: 7 is not type \"string\"",
                "/stacks/0: `result` is missing", "/stacks/0: `run` is missing", "/stacks/0: `counts` is missing",
                "/stacks/0: `start` is missing", "/stacks/0: `seconds` is missing", "/stacks/0: `attempts` is missing",
                "/stacks/0: `message` is missing", "/stacks/0: `dependencies` is missing",
                "/stacks/0: `errors` is missing", "/start: \"yesterday\" is not pattern \"\(time)\"",
                ": `exitCode` is missing",
            ])
    }
}

private func publishedSchema() throws -> Data {
    try Data(contentsOf: URL(filePath: repository + "/Documentation/schemas/run-report.schema.json"))
}
