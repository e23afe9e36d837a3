import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// More than any Terraform writes, through a program in its place: what is held in memory stays bounded, and the run
/// comes to its end.
@Suite(.serialized) struct HugeOutputTests {
    private func withSmallStack(_ body: (TestProject) async throws -> Void) async throws {
        try await withProject { project in
            try project.write("resource \"terraform_data\" \"only\" {\n  input = 1\n}\n", to: "modules/app/main.tf")
            try project.writeStack("dev")
            try await body(project)
        }
    }

    /// Puts what a shell command writes behind the output of a command of Terraform.
    private func add(_ writing: String, behind command: String, in project: TestProject) throws {
        try project.wrapTerraform(
            "if [ \"$1\" = \(command) ]; then terraform \"$@\"; code=$?; \(writing); exit $code; fi")
    }

    private func expectBounded(_ result: CommandResult, megabytes limit: Int, _ what: String) {
        print("\(what): \(result.peakMemory >> 20) MB at most")
        #expect(result.exitCode == 0, "\(result.stderr.suffix(2000))")
        #expect(result.peakMemory < limit << 20, "\(what): \(result.peakMemory >> 20) MB")
    }

    private static let count = 100_000

    /// A plan that makes so many resources, as `show -json` writes it: 60 MB in one line.
    private func writePlan(to file: String) throws {
        let provider = #""provider_name":"terraform.io/builtin/terraform""#
        func names(_ number: Int) -> String {
            #""address":"terraform_data.item[\#(number)]","mode":"managed","type":"terraform_data","name":"item","index":\#(number),\#(provider)"#
        }
        let planned = (0..<Self.count).map {
            #"{\#(names($0)),"schema_version":0,"values":{"input":"value-\#($0)","triggers_replace":null},"sensitive_values":{}}"#
        }
        let changes = (0..<Self.count).map {
            #"{\#(names($0)),"change":{"actions":["create"],"before":null,"after":{"input":"value-\#($0)","triggers_replace":null},"after_unknown":{"id":true,"output":true},"before_sensitive":false,"after_sensitive":{}}}"#
        }
        let text =
            #"{"format_version":"1.2","terraform_version":"1.11.4","applyable":true,"complete":true,"errored":false,"planned_values":{"root_module":{"resources":["#
            + planned.joined(separator: ",") + #"]}},"resource_changes":["# + changes.joined(separator: ",") + "]}\n"
        #expect(text.utf8.count > 55 << 20)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    }

    private func writeEvents(_ count: Int, of type: String, to file: String) throws {
        let text = (0..<count).map {
            #"{"@level":"info","@message":"terraform_data.item[\#($0)]: Plan to create","@module":"terraform.ui","@timestamp":"2026-11-26T02:00:00.000000Z","change":{"resource":{"addr":"terraform_data.item[\#($0)]","module":"","resource":"terraform_data.item[\#($0)]","implied_provider":"terraform","resource_type":"terraform_data","resource_name":"item","resource_key":\#($0)},"action":"create"},"type":"\#(type)"}"#
                + "\n"
        }
        try Data(text.joined().utf8).write(to: URL(fileURLWithPath: file))
    }

    @Test func `a plan of 100,000 changes is read, shown and kept`() async throws {
        try await withSmallStack { project in
            try writePlan(to: "\(project.scratch)/plan.json")
            try writeEvents(Self.count, of: "planned_change", to: "\(project.scratch)/events")
            try project.wrapTerraform(
                """
                case "$1" in
                plan) terraform "$@"; code=$?; cat \(project.scratch)/events; exit $code ;;
                show) exec cat \(project.scratch)/plan.json ;;
                esac
                """)
            let plan = try await project.stack("plan", "dev", within: .seconds(900))
            expectBounded(plan, megabytes: 800, "stack plan of 100,000 changes")
            #expect(plan.stdout.hasSuffix("\nPlan: 100000 to add, 0 to change, 0 to destroy.\n"))
            #expect(plan.stdout.contains(#"+ resource "terraform_data" "item" {"#))
            #expect(try await project.status(of: try await project.newestRun()) == "planned")
            let shown = try await project.stack("run", try await project.newestRun(), within: .seconds(900))
            expectBounded(shown, megabytes: 800, "stack run of that plan")
        }
    }

    @Test(arguments: ["plan", "apply"])
    func `200,000 events in a burst are taken in, and each is kept`(command: String) async throws {
        try await withSmallStack { project in
            try writeEvents(200_000, of: "invented", to: "\(project.scratch)/events")
            try add("cat \(project.scratch)/events", behind: command, in: project)
            let applied = try await project.stack("apply", "dev", "--new", "--auto-approve", within: .seconds(900))
            expectBounded(applied, megabytes: 400, "stack apply with 200,000 events of \(command)")
            let logs = try await project.stack(
                "logs", try await project.newestRun(), "--json-stream", within: .seconds(900))
            expectBounded(logs, megabytes: 400, "stack logs of 200,000 events")
            #expect(logs.stdout.split(separator: "\n").count { $0.contains(#""type":"invented""#) } == 200_000)
        }
    }

    @Test(arguments: ["plan", "apply"], [50, 150])
    func `a line of many megabytes is cut, and the run comes to its end`(command: String, megabytes: Int) async throws {
        try await withSmallStack { project in
            try add("head -c \(megabytes << 20) /dev/zero | tr '\\0' x; echo", behind: command, in: project)
            let applied = try await project.stack("apply", "dev", "--new", "--auto-approve", within: .seconds(900))
            expectBounded(applied, megabytes: 150, "stack apply with a line of \(megabytes) MB of \(command)")
            let logs = try await project.stack("logs", try await project.newestRun(), "--json-stream")
            #expect(logs.stdout.contains("xxx … (cut: a line of \(megabytes << 20) bytes)"))
        }
    }

    @Test func `a plan that writes one line for ever is cancelled as any other`() async throws {
        try await withSmallStack { project in
            try project.wrapTerraform(
                """
                if [ "$1" = plan ]; then
                  trap 'kill $!; exit 1' INT
                  cat /dev/zero & wait
                fi
                """)
            let plan = try project.start("plan", "dev")
            try await eventually("the plan has read 200 MB of the line") {
                let counts = try String(contentsOfFile: "/proc/\(plan.pid)/io", encoding: .utf8)
                return counts.split(separator: "\n").first.flatMap { Int($0.filter(\.isNumber)) } ?? 0 > 200 << 20
            }
            plan.send(SIGINT)
            let result = try await plan.result()
            #expect(result.exitCode == 130, "\(result.description)")
            #expect(result.peakMemory < 150 << 20, "\(result.peakMemory >> 20) MB")
            #expect(try await project.runs().map { $0["status"] } == ["canceled"])
            try project.remove("stack.yaml")
            let applied = try await project.stack("apply", "dev", "--new", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
        }
    }
}
