import JSON
import TestSupport
import Testing

/// Which stacks a command takes, and what it says of all of them with one exit code.
@Suite struct ManyStacksTests {
    private func writeFleet(_ project: TestProject) throws {
        try project.writeApp()
        for (name, environment) in [("a", "dev"), ("b", "dev"), ("c", "prod")] {
            try project.writeAppStack(name, more: "tags: {env: \(environment), team: \(name)}")
        }
    }

    @Test(arguments: [
        (["c", "a"], ["a", "c"]), (["--all"], ["a", "b", "c"]), (["-l", "env=dev"], ["a", "b"]),
        (["--selector", "env in (dev, prod), team!=a"], ["b", "c"]),
    ])
    func `stacks are chosen by name, by label or all`(selection: [String], chosen: [String]) async throws {
        try await withProject { project in
            try writeFleet(project)
            let planned = try await project.start(try TestProject.program, ["plan", "-q"] + selection).result()
            #expect(planned.exitCode == 0, "\(planned.description)")
            #expect(planned.lines.filter { $0.hasPrefix("── ") } == chosen.map { "── \($0)" })
            #expect(try await project.runs().compactMap { $0["stack"]?.stringValue }.sorted() == chosen)
        }
    }

    @Test func `a selector that matches nothing is wrong usage, not success`() async throws {
        try await withProject { project in
            try writeFleet(project)
            expect(
                try await project.stack("apply", "-l", "env=pord", "--auto-approve"), in: project, exit: 64,
                stderr: """
                    error: no stack matches `env=pord`

                    hint: `stack list` shows the stacks and their labels
                    """)
        }
    }

    @Test func `of several stacks a failure counts before changes, and changes before none`() async throws {
        try await withProject { project in
            try writeFleet(project)
            try await project.applyNew("a")
            #expect(try await project.stack("plan", "a", "--detailed-exitcode").exitCode == 0)
            #expect(try await project.stack("plan", "a", "b", "--detailed-exitcode").exitCode == 2)
            try project.write(
                "resource \"terraform_data\" \"x\" {\n  input = nothing.here\n}\n", to: "modules/bad/main.tf")
            try project.writeStack("bad", module: "modules/bad")
            #expect(try await project.stack("plan", "--all", "--detailed-exitcode").exitCode == 1)
        }
    }

    @Test func `the plans of several stacks end with a table`() async throws {
        try await withProject { project in
            try writeFleet(project)
            try await project.applyNew("a")
            try project.write(
                "resource \"terraform_data\" \"x\" {\n  input = nothing.here\n}\n", to: "modules/bad/main.tf")
            try project.writeStack("bad", module: "modules/bad")
            try project.writeAppStack("c", size: "large", more: "approval: true")
            try project.writeStack("d", spec: "policyEngine: {type: TRIVY}")
            let result = try await project.stack("plan", "--all").filtered(project.filter)
            #expect(result.exitCode == 1)
            #expect(
                result.lines.suffix(8) == [
                    "", "STACK  RESULT                      PLAN      RUN",
                    "a      no changes                  +0 ~0 -0  <run>",
                    "b      planned                     +2 ~0 -0  <run>",
                    "bad    failed                                <run>",
                    "c      planned, wants an approval  +2 ~0 -0  <run>",
                    "d      refused", "",
                ], "\(result.description)")
            #expect(
                result.stderr.hasSuffix("\n2 stacks have changes; `stack runs` lists their plans\n"),
                "\(result.description)")
            let stream = try await project.stack("plan", "--all", "--json-stream").jsonLines
            #expect(stream.allSatisfy { $0["type"] != nil })
            #expect(!(try await project.stack("plan", "a")).stdout.contains("STACK"))
        }
    }

    @Test func `what one base brings upon several stacks is told of each by name`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                spec:
                  path: modules/app
                  variables: {size: {fromEnv: SIZE}}
                """, to: "stacks/base/app.yaml")
            for name in ["a", "b"] {
                try project.write(
                    """
                    apiVersion: stacks.fleet/v1alpha1
                    kind: InfrastructureStack
                    metadata: {name: \(name)}
                    spec: {extends: [base/app.yaml]}
                    """, to: "stacks/\(name).yaml")
            }
            let problem = """
                stacks/base/app.yaml:5:21: error: the variable `size` has no value: the environment variable `SIZE` is not set
                  5 │   variables: {size: {fromEnv: SIZE}}
                    │                     ^
                """
            expect(
                try await project.stack("plan", "a", "-q"), in: project, exit: 1, stderr: problem)
            expect(
                try await project.stack("plan", "--all", "-q"), in: project, exit: 1,
                stdout: """
                    STACK  RESULT  PLAN  RUN
                    a      failed
                    b      failed
                    """, stderr: "── a\n\(problem)\n── b\n\(problem)")
            expect(
                try await project.stack("apply", "--all", "--new", "--auto-approve", "-q"), in: project, exit: 1,
                stderr: "── a\n\(problem)\n── b\n\(problem)")
        }
    }

    @Test func `without a terminal those that want no approval are applied, and the others are kept`() async throws {
        try await withProject { project in
            try writeFleet(project)
            try await project.applyNew("b")
            for name in ["b", "d"] { try project.writeAppStack(name, size: "large", more: "approval: true") }
            let result = try await project.stack("apply", "--all", "--new", "--auto-approve", "-q")
            #expect(result.exitCode == 3, "\(result.description)")
            #expect(
                result.filtered(project.filter).lines.suffix(6).map { $0.split(separator: " ").joined(separator: " ") }
                    == [
                        "STACK RESULT TIME RUN", "a succeeded <duration> <run>",
                        "b refused: it wants an approval <run>",
                        "c succeeded <duration> <run>", "d refused: it wants an approval <run>", "",
                    ], "\(result.description)")
            let (b, d) = (try await project.newestRun(of: "b"), try await project.newestRun(of: "d"))
            #expect(
                result.stderr == """
                    error: the stack `b` wants an approval before it is changed; its plan is kept

                    hint: `stack approve \(b)`, then `stack apply --run \(b) --auto-approve`

                    error: the stack `d` wants an approval before it is changed; its plan is kept

                    hint: `stack approve \(d)`, then `stack apply --run \(d) --auto-approve --new`

                    2 errors

                    """)
            for run in [b, d] { #expect(try await project.status(of: run) == "awaitingApproval") }
            #expect(try await project.stack("approve", d).exitCode == 0)
            #expect(try await project.stack("apply", "--run", d, "--auto-approve", "--new").exitCode == 0)
        }
    }

    @Test func `no more stacks are worked on at once than --parallelism says`() async throws {
        try await withProject { project in
            try writeFleet(project)
            try project.wrapTerraform(
                """
                if test "$1" = plan; then
                  mkdir \(project.scratch)/alone || touch \(project.scratch)/together
                  trap 'rmdir \(project.scratch)/alone' EXIT
                  terraform "$@"
                  exit
                fi
                """)
            #expect(try await project.stack("plan", "--all", "--parallelism", "1").exitCode == 0)
            #expect(!project.exists("\(project.scratch)/together"))
        }
    }

    @Test func `a destroy of several wants their number typed, and protects those that are protected`() async throws {
        try await withProject { project in
            try writeFleet(project)
            try project.writeAppStack("c", more: "protect: true")
            #expect(try await project.stack("apply", "--all", "--new", "--auto-approve", "-q").exitCode == 0)
            let terminal = try project.terminal("destroy", "--all")
            try await terminal.wait(for: "This destroys everything of `a`, `b`. To go on, type `destroy 2 stacks`:")
            terminal.type("destroy 2 stacks\n")
            #expect(try await terminal.exitCode() == 3)
            #expect(terminal.text.contains("error: the stack `c` is protected"), "\(terminal.text)")
            #expect(try await project.addresses(of: "a").isEmpty)
            #expect(try await project.addresses(of: "b").isEmpty)
            #expect(try await project.addresses(of: "c").count == 2)
        }
    }
}
