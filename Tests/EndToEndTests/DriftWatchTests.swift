import Glibc
import JSON
import TestSupport
import Testing

/// `stack drift --watch`: round after round, until it is interrupted.
@Suite struct DriftWatchTests {
    private let mistake = "output \"lost\" {\n  value = file(\"nowhere\")\n}\n"

    private func writeApplied(_ project: TestProject) async throws {
        try project.writeApp()
        try project.writeAppStack()
        try await project.applyNew()
    }

    @Test func `the first round is told in full, then one line for each change, and a signal ends it`() async throws {
        try await withProject { project in
            try await writeApplied(project)
            let watch = try project.start("drift", "--all", "--watch", "1s")
            try await eventually("the first round") { watch.stdout.hasSuffix("as its last run left it.\n") }
            let told = watch.stderr
            #expect(told.contains("dev │ looking for drift"))
            try project.write(mistake, to: "modules/app/broken.tf")
            try await eventually("a line that it cannot be looked at") { watch.stdout.contains("→ unreachable: ") }
            try project.remove("modules/app/broken.tf")
            try await eventually("a line that it is in sync again") { watch.stdout.contains("unreachable → in sync") }
            watch.send(SIGTERM)
            let result = try await watch.result()
            #expect(result.exitCode == 143)
            let lines = result.filtered(project.filter).lines
            #expect(lines[0] == "No drift. `dev` is as its last run left it.")
            #expect(lines[1].hasPrefix("<time>  dev: in sync → unreachable: Invalid function argument: "))
            #expect(Array(lines[2...]) == ["<time>  dev: unreachable → in sync", ""])
            #expect(
                result.stderr.hasPrefix(told) && !result.stderr.dropFirst(told.count).contains("│ looking for drift"))
            #expect(project.livingProcesses.isEmpty)
        }
    }

    @Test func `a definition with a mistake is told, and read again in the next round`() async throws {
        try await withProject { project in
            try await writeApplied(project)
            let watch = try project.start("drift", "--all", "--watch", "1s", "-q")
            try await eventually("the first round") { !watch.stdout.isEmpty }
            try project.writeAppStack("other", more: "aproval: true")
            try await eventually("the mistake is told") { watch.stderr.contains("unknown field `aproval`") }
            try project.writeAppStack("other")
            try await eventually("the new stack") { watch.stdout.contains("other: never applied") }
            watch.send(SIGINT)
            #expect(try await watch.result().exitCode == 130)
        }
    }

    @Test func `as a stream each result of each round is an object`() async throws {
        try await withProject { project in
            try await writeApplied(project)
            let watch = try project.start("drift", "dev", "--watch", "1s", "--json-stream")
            try await eventually("two rounds") {
                watch.stdout.split(separator: "\n").count { $0.contains("\"type\":\"drift\"") } > 1
            }
            watch.send(SIGINT)
            let objects = try await watch.result().jsonLines
            #expect(objects.first?["type"] == "version")
            let results = objects.filter { $0["type"] == "drift" }
            #expect(Set(results.map { $0["result"] }) == ["inSync"] && Set(results.map { $0["since"] }).count == 1)
            #expect(Set(results.map { $0["run"] }).count == results.count)
        }
    }

    @Test(arguments: [
        (
            ["--watch", "1s", "-o", "json"],
            "give `-o` without `--json-stream` and `--watch`; a watch takes `--json-stream`"
        ),
        (["--watch", "0s"], "`--watch` takes a time from 1s"),
        (["--parallelism", "0"], "`--parallelism` takes a number from 1"),
    ])
    func `flags that make no sense together are wrong usage`(flags: [String], message: String) async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let result = try await project.start(stack: ["drift", "dev"] + flags).result()
            #expect(result.exitCode == 64)
            #expect(result.stderr.hasPrefix("error: \(message)\n"), "\(result.description)")
        }
    }
}
