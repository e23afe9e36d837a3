import JSON
import TestSupport
import Testing

/// Names, patterns, labels, the graph and exclusions: which stacks a command takes.
@Suite struct SelectionTests {
    /// `net` ← `app-1`, `app-2` ← `web`; `alone`.
    private func writeFleet(_ project: TestProject) throws {
        try project.write("", to: "modules/app/main.tf")
        try project.writeStack("net", spec: "tags: {env: prod}")
        try project.writeStack("app-1", spec: "tags: {env: prod}\ndependsOn: [net]")
        try project.writeStack("app-2", spec: "tags: {env: dev}\ndependsOn: [net]")
        try project.writeStack("web", spec: "tags: {env: dev}\ndependsOn: [app-1]")
        try project.writeStack("alone")
    }

    private func list(_ project: TestProject, _ arguments: [String]) async throws -> CommandResult {
        try await project.start(stack: ["list", "-o", "name"] + arguments).result()
    }

    @Test func `what selects narrows, the graph adds, exclusions take away`() async throws {
        try await withProject { project in
            try writeFleet(project)
            let cases: [([String], [String])] = [
                ([], ["alone", "app-1", "app-2", "net", "web"]),
                (["app-?"], ["app-1", "app-2"]), (["app-[2-9]", "net"], ["app-2", "net"]),
                (["*"], ["alone", "app-1", "app-2", "net", "web"]),
                (["app-*", "-l", "env=dev"], ["app-2"]), (["-l", "env=dev"], ["app-2", "web"]),
                (["web", "--with-dependencies"], ["app-1", "net", "web"]),
                (["app-1", "--with-dependents"], ["app-1", "web"]),
                (["app-1", "--with-dependents", "--with-dependencies"], ["app-1", "net", "web"]),
                (["net", "--with-dependents", "--exclude", "app-*"], ["net", "web"]),
                (["--all", "--exclude", "net", "--exclude", "a*"], ["web"]),
                (["--exclude", "a*"], ["net", "web"]),
            ]
            for (arguments, expected) in cases {
                let result = try await list(project, arguments)
                #expect(
                    result.exitCode == 0 && result.lines.filter { !$0.isEmpty } == expected, "\(result.description)")
            }
        }
    }

    @Test(arguments: [
        (["lone"], "error: there is no stack `lone`\n\nhint: Did you mean `alone`?"),
        (["prod-*"], "error: no stack matches `prod-*`\n\nhint: `stack list` lists the stacks"),
        (["a["], "error: a `[` in `a[` is not closed by `]`"),
        (["web", "-l", "env=prod"], "error: no stack matches `web` and `env=prod`"),
        (["-l", "env=pord", "web"], "error: no stack matches `env=pord`"),
        (["web", "--exclude", "wbe"], "error: there is no stack `wbe`\n\nhint: Did you mean `web`?"),
        (["web", "--exclude", "w*"], "error: `--exclude` leaves no stack"),
        (["--all", "web"], "`--all` takes every stack"),
        (["--base", "main"], "`--base` says what `--changed` compares with"),
    ])
    func `a selection of nothing is wrong usage, and says which part it is`(
        arguments: [String], message: String
    ) async throws {
        try await withProject { project in
            try writeFleet(project)
            let result = try await list(project, arguments)
            #expect(result.exitCode == 64 && result.stdout == "", "\(result.description)")
            #expect(result.stderr.contains(message), "\(result.description)")
        }
    }

    @Test func `a plan takes patterns, and wants to be told which stacks are meant`() async throws {
        try await withProject { project in
            try project.write("", to: "modules/app/main.tf")
            for name in ["net", "web", "worker", "writer"] { try project.writeStack(name) }
            let planned = try await project.stack("plan", "w*", "--exclude", "wr*", "-q")
            #expect(planned.exitCode == 0, "\(planned.description)")
            #expect(try await project.runs().compactMap { $0["stack"]?.stringValue }.sorted() == ["web", "worker"])
            let none = try await project.stack("plan", "--exclude", "web")
            #expect(none.exitCode == 64 && none.stderr.contains("name the stacks, or give `--all`"))
        }
    }
}
