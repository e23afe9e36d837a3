import JSON
import TestSupport
import Testing

/// What somebody meets who follows the documents and makes the usual mistakes.
struct NewcomerTests {
    @Test func `with STACK_DATA_DIR the key lies beside the data, and nothing in the project`() async throws {
        try await withProject { project in
            let environment = ["STACK_DATA_DIR": project.scratch + "/data"]
            try await project.stack("init")
            let plan = try await project.stack("plan", "example", environment: environment)
            #expect(plan.exitCode == 0, "\(plan.description)")
            #expect(!plan.stderr.contains("STACK_DATA_DIR"), "\(plan.description)")
            #expect(project.exists("\(project.scratch)/data/key"))
            #expect(!project.exists(".stack"))
        }
    }

    @Test func `a mistyped name is told, and becomes no stack`() async throws {
        try await withProject { project in
            try await project.stack("init")
            for arguments in [["state", "list", "exampel"], ["output", "exampel"], ["runs", "exampel"]] {
                let result = try await project.start(try TestProject.program, arguments).result()
                #expect(result.exitCode == 64, "\(result.description)")
                #expect(
                    result.stderr == "error: there is no stack `exampel`\n\nhint: Did you mean `example`?\n",
                    "\(result.description)")
            }
        }
    }

    @Test(arguments: [
        ("groups: {sre: [anna]}", "spec.groups"), ("allowedSigners: signers", "spec.allowedSigners"),
        ("secrets: {kubernetes: fleet}", "spec.secrets"),
    ])
    func `a field of the project that nothing carries out is refused by name`(line: String, field: String) async throws
    {
        try await withProject { project in
            try await project.stack("init")
            try project.write(
                "apiVersion: stacks.fleet/v1alpha1\nkind: Project\nspec:\n  \(line)\n", to: "stack.yaml")
            #expect(try await project.stack("validate").exitCode == 0)
            let plan = try await project.stack("plan", "example")
            #expect(plan.exitCode == 3, "\(plan.description)")
            #expect(plan.stderr.contains("the project sets `\(field)`, which this version does not carry out"))
        }
    }

    @Test func `runs and states can be looked at while a definition is wrong`() async throws {
        try await withProject { project in
            try await project.stack("init")
            try await project.stack("apply", "example", "--new", "--auto-approve")
            try project.replace("variables:", with: "varaibles:", in: "stacks/example.yaml")
            #expect(try await project.stack("plan", "example").exitCode == 1)
            #expect(
                try await project.stack("state", "list", "example", "-o", "name").stdout == "terraform_data.greeting\n")
            #expect(try await project.stack("output", "example", "greeting").stdout == "hello\n")
            let run = try await project.newestRun()
            #expect(try await project.stack("logs", run).exitCode == 0)
        }
    }

    @Test func `every line of a plan's stream names the run`() async throws {
        try await withProject { project in
            try await project.stack("init")
            let lines = try await project.stack("plan", "example", "--json-stream").jsonLines
            let run = try await project.newestRun()
            #expect(lines.first?["type"] == "version")
            #expect(lines.count > 3 && lines.dropFirst().allSatisfy { $0["run"] == .string(run) }, "\(lines)")
        }
    }

    @Test(arguments: [
        (["apply", "--run", "20261119-093012-k3v9", "--target", "a.b"], "`--run` applies a plan as it was made"),
        (["destroy", "example", "--refresh-only"], "`--refresh-only` destroys nothing"),
        (["plan", "example", "--destroy", "--refresh-only"], "give `--destroy` or `--refresh-only`, not both"),
        (["list", "-l", "env in (prod"], "the selector `env in (prod` is wrong at character 13"),
    ])
    func `flags that cannot be meant are wrong usage`(arguments: [String], message: String) async throws {
        try await withProject { project in
            try await project.stack("init")
            let result = try await project.start(try TestProject.program, arguments).result()
            #expect(result.exitCode == 64 && result.stderr.contains(message), "\(result.description)")
        }
    }
}
