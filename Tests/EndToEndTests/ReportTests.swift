import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// What a command writes down of its stacks with `--report`.
@Suite struct ReportTests {
    private func schema() throws -> JSONSchema {
        let file = URL(filePath: repository + "/Documentation/schemas/run-report.schema.json")
        return JSONSchema(try JSONValue(parsing: try Data(contentsOf: file)))
    }

    private func report(_ project: TestProject, _ file: String = "report.json") throws -> JSONValue {
        try JSONValue(parsing: Data(try project.read(file).utf8))
    }

    private func writeBroken(_ project: TestProject) throws {
        try project.write("resource \"terraform_data\" \"x\" {\n  input = nothing.here\n}\n", to: "modules/bad/main.tf")
        try project.writeStack("bad", module: "modules/bad")
    }

    @Test func `a plan of several stacks is reported in every form, also when one fails`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("a")
            try project.writeAppStack("b", more: "dependsOn: [a]")
            try writeBroken(project)
            try project.write("", to: "out/keep")
            let result = try await project.stack(
                "plan", "--all", "--report", "report.json", "--report", "out/report.xml", "--report", "report.csv")
            #expect(result.exitCode == 1, "\(result.description)")
            let report = try report(project)
            #expect(try schema().findings(in: report) == [])
            #expect(report["operation"] == "plan")
            #expect(report["exitCode"] == 1)
            #expect(report["totals"]?.objectValue?.filter { $0.value != 0 } == ["planned": 2, "failed": 1])
            let stacks = report["stacks"]?.arrayValue ?? []
            #expect(stacks.map { $0["name"] } == ["a", "b", "bad"])
            #expect(stacks.map { $0["dependencies"] } == [[], ["a"], []])
            #expect(stacks.map { $0["attempts"] } == [1, 1, 1])
            #expect(
                stacks.map { $0["counts"] } == [
                    ["add": 2, "change": 0, "destroy": 0], ["add": 2, "change": 0, "destroy": 0], .null,
                ])
            for name in ["a", "b", "bad"] {
                let run = try await project.newestRun(of: name)
                #expect(stacks.first { $0["name"] == .string(name) }?["run"] == .string(run))
            }
            let errors = stacks.last?["errors"]?.arrayValue?.compactMap(\.stringValue) ?? []
            #expect(errors.count { $0.contains("Reference to undeclared resource") } == 1, "\(errors)")
            #expect(
                try project.read("out/report.xml").contains(
                    "<testsuites name=\"stack plan\" tests=\"3\" failures=\"1\""))
            #expect(try project.read("report.csv").split(separator: "\r\n").count >= 4)
        }
    }

    @Test func `an apply and a destroy are reported`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("a")
            try project.writeAppStack("b", more: "protect: true")
            let apply = try await project.stack(
                "apply", "--all", "--new", "--auto-approve", "-q", "--report", "report.json")
            #expect(apply.exitCode == 0, "\(apply.description)")
            let applied = try report(project)
            #expect(try schema().findings(in: applied) == [])
            #expect(applied["operation"] == "apply")
            #expect(applied["totals"]?.objectValue?.filter { $0.value != 0 } == ["succeeded": 2])
            #expect(
                applied["stacks"]?.arrayValue?.allSatisfy { $0["seconds"]?.numberValue.map { $0 > 0 } ?? false } == true
            )

            let again = try await project.stack(
                "apply", "a", "--auto-approve", "-q", "--report", "report.json")
            #expect(again.exitCode == 0, "\(again.description)")
            #expect(try report(project)["stacks"]?.arrayValue?.map { $0["result"] } == ["unchanged"])

            let destroy = try await project.stack("destroy", "--all", "--auto-approve", "-q", "--report", "report.json")
            #expect(destroy.exitCode == 3, "\(destroy.description)")
            let destroyed = try report(project)
            #expect(try schema().findings(in: destroyed) == [])
            #expect(destroyed["operation"] == "destroy")
            #expect(destroyed["exitCode"] == 3)
            #expect(destroyed["stacks"]?.arrayValue?.map { $0["result"] } == ["succeeded", "refused"])
        }
    }

    @Test func `a saved plan that is applied is reported, and one that may not be is refused`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("a", more: "approval: true")
            #expect(try await project.stack("plan", "a", "-q").exitCode == 0)
            let run = try await project.newestRun(of: "a")
            let words = ["apply", "--run", run, "--auto-approve", "--new", "-q", "--report", "report.json"]
            #expect(try await project.start(stack: words).result().exitCode == 3)
            let counts: JSONValue = ["add": 2, "change": 0, "destroy": 0]
            for result in ["refused", "succeeded"] {
                let stack = try #require(try report(project)["stacks"]?.arrayValue?.first)
                #expect([stack["result"], stack["run"], stack["counts"]] == [.string(result), .string(run), counts])
                guard result == "refused" else { break }
                #expect(try await project.stack("approve", run).exitCode == 0)
                #expect(try await project.start(stack: words).result().exitCode == 0)
            }
        }
    }

    @Test func `a look for drift is reported, and a watch has no end to report`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            try project.writeAppStack("other")
            try project.writeAppStack("unreached")
            try await project.applyNew("unreached")
            try project.write("output \"lost\" {\n  value = file(\"nowhere\")\n}\n", to: "modules/late/main.tf")
            try project.writeStack("unreached", module: "modules/late")
            let drift = try await project.stack("drift", "--all", "-q", "--report", "report.json")
            #expect(drift.exitCode == 1, "\(drift.description)")
            let report = try report(project)
            #expect(try schema().findings(in: report) == [])
            #expect(report["operation"] == "drift")
            #expect(report["stacks"]?.arrayValue?.map { $0["result"] } == ["inSync", "unchanged", "unreachable"])
            #expect(report["stacks"]?.arrayValue?[1]["message"] == "never applied")
            #expect(report["stacks"]?.arrayValue?[2]["errors"]?.arrayValue?.isEmpty == false)
            let watch = try await project.stack("drift", "--all", "--watch", "1s", "--report", "report.json")
            #expect(watch.exitCode == 64, "\(watch.description)")
        }
    }

    @Test func `a plan that is interrupted is reported with what it has come to`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("a")
            try project.writeAppStack("b", more: "dependsOn: [a]")
            try project.wrapTerraform(
                """
                if test "$1" = plan; then
                  trap 'exit 1' INT
                  touch \(project.gate()).reached
                  until test -e \(project.gate()); do sleep 0.05; done
                fi
                """)
            let plan = try project.start("plan", "--all", "--report", "report.json")
            try await project.waitForGate()
            plan.send(SIGINT)
            #expect(try await plan.result().exitCode == 130)
            let report = try report(project)
            #expect(try schema().findings(in: report) == [])
            #expect(report["exitCode"] == 130)
            #expect(report["stacks"]?.arrayValue?.map { $0["result"] } == ["failed", "waiting"])
        }
    }

    @Test(arguments: [
        ("report.txt", "--report` takes a file that ends in `.json`, `.xml` or `.csv`, not `report.txt`"),
        ("report", "--report` takes a file that ends in `.json`, `.xml` or `.csv`, not `report`"),
        ("no/such/report.json", "there is no folder `<project>/no/such` for the report `no/such/report.json`"),
        ("stacks.json", "the report `stacks.json` is a folder"),
    ])
    func `a report that cannot be written is wrong usage before anything begins`(
        file: String, problem: String
    ) async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("a")
            try project.write("", to: "stacks.json/keep")
            let result = try await project.stack("plan", "a", "--report", file).filtered(project.filter)
            #expect(result.exitCode == 64, "\(result.description)")
            #expect(result.stderr.contains(problem), "\(result.description)")
            #expect(!project.exists(".stack"))
        }
    }
}
