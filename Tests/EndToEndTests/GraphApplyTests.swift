import JSON
import TestSupport
import Testing

/// Applies and destroys of stacks that need each other.
@Suite struct GraphApplyTests {
    @Test func `a stack is planned anew when what it takes is there, and applied when that does what was shown`()
        async throws
    {
        try await withProject { project in
            try project.writeGraph()
            let apply = try await project.stack("apply", "--all", "--new", "--auto-approve", "-q")
            #expect(apply.exitCode == 0, "\(apply.description)")
            let id = try await project.stack("output", "network", "id").stdout
            #expect(try await project.stack("output", "app", "network").stdout == id)
            #expect(try await project.stack("plan", "--all", "--detailed-exitcode").exitCode == 0)
            // Another network has another id, which those that take it see.
            try project.writeStack("network", module: "modules/network", spec: "variables: {range: 10.9.0.0/16}")
            #expect(try await project.stack("apply", "--all", "--auto-approve").exitCode == 0)
            let newID = try await project.stack("output", "network", "id").stdout
            #expect(newID != id)
            #expect(try await project.stack("output", "app", "network").stdout == newID)
        }
    }

    @Test func `a stack runs again only when an output that it takes has changed`() async throws {
        try await withProject { project in
            try project.writeGraph()
            try await project.stack("apply", "--all", "--new", "--auto-approve")
            let before = try await project.stack("state", "versions", "app").stdout
            try project.replace("hunter-of", with: "fisher-of", in: "modules/network/main.tf")
            let apply = try await project.stack("apply", "--all", "--auto-approve", "-q")
            #expect(apply.exitCode == 0, "\(apply.description)")
            #expect(
                apply.filtered(project.filter).lines.suffix(3) == [
                    "app      no changes  <duration>  <run>", "network  succeeded   <duration>  <run>", "",
                ], "\(apply.description)")
            #expect(try await project.stack("state", "versions", "app").stdout == before)
        }
    }

    @Test func `a plan that is another than the one that was shown is kept, and what is left can be resumed`()
        async throws
    {
        try await withProject { project in
            // Two zones, where the mock says one.
            try project.writeGraph(
                inputs: "inputs: [{variable: zones, from: {stack: network, output: zones}, mock: [a]}]")
            try project.write(
                "output \"zones\" {\n  value = [for zone in [\"a\", \"b\"] : \"${zone}-${terraform_data.vpc.id}\"]\n}\n",
                to: "modules/network/zones.tf")
            try project.writeStack("last", spec: "dependsOn: [app]")
            let apply = try await project.stack("apply", "--all", "--new", "--auto-approve", "-q")
            #expect(apply.exitCode == 3, "\(apply.description)")
            #expect(
                apply.stderr.contains(
                    """
                    error: the plan of `app` is another one now that what it needs has been applied
                    note: terraform_data.node[1]: create, which was not shown

                    """), "\(apply.description)")
            #expect(
                apply.filtered(project.filter).lines.suffix(4).map {
                    $0.split(separator: " ").prefix(5).joined(separator: " ")
                }
                    == [
                        "app refused: its plan is", "last skipped: `app` was not",
                        "network succeeded <duration> <run>", "",
                    ], "\(apply.description)")
            #expect(try await project.stack("state", "list", "app").stdout == "")
            let run = try await project.newestRun(of: "app")
            #expect(try await project.stack("apply", "--run", run, "--new", "--auto-approve").exitCode == 0)
            let rest = try await project.stack("apply", "--resume", "--new", "--auto-approve", "-q")
            #expect(rest.exitCode == 0, "\(rest.description)")
            #expect(try await project.addresses(of: "last") == ["terraform_data.node[0]"])
            let nothing = try await project.stack("apply", "--resume", "--new", "--auto-approve")
            #expect(
                nothing.exitCode == 0 && nothing.stderr.contains("Nothing is left in the last `stack apply`."),
                "\(nothing.description)")
        }
    }

    private func writeChain(_ project: TestProject) throws {
        try project.writeGraph()
        try project.write(
            """
            resource "terraform_data" "x" {
              provisioner "local-exec" {
                command = "exit 7"
              }
            }
            """, to: "modules/broken/main.tf")
        try project.writeStack("broken", module: "modules/broken")
        try project.writeStack("app", spec: "dependsOn: [broken]")
        try project.writeStack("network", module: "modules/network")
    }

    @Test(arguments: [
        ([], ["app skipped: `broken` was not done", "broken failed", "network succeeded"]),
        (["--fail-fast", "--parallelism", "1"], ["app skipped", "broken failed", "network skipped"]),
        (["--continue-on-error"], ["app succeeded", "broken failed", "network succeeded"]),
    ])
    func `what a failure means for the other stacks is said, and done`(flags: [String], results: [String]) async throws
    {
        try await withProject { project in
            try writeChain(project)
            let arguments = ["apply", "--all", "--new", "--auto-approve", "-q"] + flags
            let apply = try await project.start(try TestProject.program, arguments).result()
            #expect(apply.exitCode == 1, "\(apply.description)")
            let table = apply.lines.drop { !$0.hasPrefix("STACK ") }.dropFirst()
            for (line, expected) in zip(table, results) {
                #expect(
                    line.split(separator: " ").joined(separator: " ").hasPrefix(expected), "\(apply.description)")
            }
        }
    }

    @Test func `stacks are destroyed before those that they need, and what others need is not destroyed alone`()
        async throws
    {
        try await withProject { project in
            try project.writeGraph()
            try await project.stack("apply", "--all", "--new", "--auto-approve")
            let alone = try await project.stack("destroy", "network", "--auto-approve", "-q")
            #expect(alone.exitCode == 3, "\(alone.description)")
            #expect(alone.stderr.contains("error: `network` is needed by `app`, which still has 1 resource\n"))
            let all = try await project.stack("destroy", "--all", "--auto-approve")
            #expect(all.exitCode == 0, "\(all.description)")
            let done = all.stderr.split(separator: "\n").filter { $0.contains("│ succeeded") }
            #expect(done.map { $0.prefix { $0 != " " } } == ["app", "network"], "\(all.description)")
            #expect(try await project.stack("destroy", "network", "--auto-approve").exitCode == 0)
        }
    }

    @Test func `an error that goes away by itself is tried again, with what is left of the plan`() async throws {
        try await withProject { project in
            try project.writeGraph()
            let seen = project.path("seen")
            try project.wrapTerraform(
                """
                case " $* " in *" apply "*)
                  if ! test -e '\(seen)'; then
                    touch '\(seen)'
                    echo '{"@level":"error","@message":"Error: read: connection reset by peer","type":"diagnostic","diagnostic":{"severity":"error","summary":"read: connection reset by peer","detail":""}}'
                    exit 1
                  fi;;
                esac
                """)
            let apply = try await project.stack("apply", "network", "--new", "--auto-approve")
            #expect(apply.exitCode == 0, "\(apply.description)")
            #expect(
                apply.stderr.contains("an error that goes away by itself (`connection reset`); it is tried again in"),
                "\(apply.description)")
            #expect(
                try await project.runs(of: "network").compactMap { $0["status"]?.stringValue } == [
                    "succeeded", "failed",
                ])
        }
    }
}
