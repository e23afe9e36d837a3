import Foundation
import JSON
import TestSupport
import Testing

@Suite struct CommandLineTests {
    static let commands: [[String]] = [
        ["init"], ["validate"], ["list"], ["show"], ["plan"], ["apply"], ["destroy"], ["output"], ["runs"], ["run"],
        ["logs"], ["approve"], ["discard"], ["cancel"], ["state", "list"], ["state", "show"], ["state", "pull"],
        ["state", "versions"], ["state", "locks"], ["state", "unlock"], ["clusters", "list"], ["clusters", "show"],
        ["clusters", "export"], ["recover"],
    ]

    @Test func `the help of every command begins with what it does and two examples`() async throws {
        try await withProject { project in
            for command in Self.commands {
                let result = try await project.start(try TestProject.program, command + ["--help"]).result()
                #expect(result.exitCode == 0)
                #expect(result.stderr.isEmpty)
                let overview = result.lines.first ?? ""
                #expect(overview.hasPrefix("OVERVIEW: "), "\(command)")
                #expect(overview.count <= "OVERVIEW: ".count + 60, "\(overview)")
                let examples = result.lines.prefix { !$0.hasPrefix("USAGE: ") }.filter { $0.hasPrefix("  stack ") }
                #expect(examples.count >= 2, "\(result.description)")
                #expect(examples.first?.hasPrefix("  stack " + command.joined(separator: " ")) == true)
                #expect(result.lines.allSatisfy { !$0.hasSuffix(" ") }, "\(command)")
            }
        }
    }

    @Test(arguments: [
        (["plna"], "plna`; did you mean `plan`?", ""),
        (["backp", "b1"], "backp`; did you mean `backup`?", ""),
        (["-q", "-C", "fleet", "lst", "--all"], "lst`; did you mean `list`?", ""),
        (["frobnicate"], "frobnicate`", ""),
        (["state", "lst", "dev"], "state lst`; did you mean `state list`?", "state "),
        (["state", "rm", "dev"], "state rm`", "state "),
        (["help", "nosuch"], "nosuch`", ""),
        (["help", "exit-code"], "exit-code`; did you mean `exit-codes`?", ""),
        (["help", "clusters", "lits"], "clusters lits`; did you mean `clusters list`?", "clusters "),
    ])
    func `an unknown command is wrong usage, and the nearest is named`(
        arguments: [String], fact: String, group: String
    ) async throws {
        try await withProject { project in
            expect(
                try await project.start(try TestProject.program, arguments).result(), in: project, exit: 64,
                stderr: """
                    error: there is no command `\(fact)

                    hint: `stack \(group)--help` lists the commands
                    """)
        }
    }

    @Test func `what follows a known command is the parser's to judge`() async throws {
        try await withProject { project in
            for arguments in [
                ["help"], ["help", "state"], ["help", "state", "list"], ["ls", "--help"], ["help", "ls"],
            ] {
                let result = try await project.start(try TestProject.program, arguments).result()
                #expect(result.exitCode == 0, "\(result.description)")
                #expect(result.stdout.contains("USAGE: stack"), "\(result.description)")
            }
            let result = try await project.stack("--bogus", "plna")
            #expect(result.exitCode == 64)
            #expect(result.stderr.hasPrefix("error: Unknown option '--bogus'"), "\(result.description)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completions are generated for each shell`(shell: String) async throws {
        try await withProject { project in
            let result = try await project.stack("--generate-completion-script", shell)
            #expect(result.exitCode == 0)
            #expect(result.stdout.contains("clusters"))
            guard shell == "bash" else { return }
            try project.write(result.stdout, to: "\(project.scratch)/completions")
            #expect(try await project.run("bash", "-n", "\(project.scratch)/completions").exitCode == 0)
        }
    }

    /// What bash offers at the end of a command line.
    private func completions(of line: String, in project: TestProject) async throws -> [String] {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        try project.write(
            try await project.stack("--generate-completion-script", "bash").stdout,
            to: "\(project.scratch)/completions")
        let script = try project.script(
            "complete",
            """
            exec bash -c '
              PATH=$(dirname "$0"):$PATH
              source \(project.scratch)/completions
              COMP_WORDS=(\(line)) COMP_CWORD=\(words.count - 1) COMP_LINE="\(line)" COMP_POINT=\(line.count)
              _stack stack \(words.suffix(2).reversed().joined(separator: " "))
              printf "%s\n" "${COMPREPLY[@]}"' \(try TestProject.program)
            """)
        return try await project.run(script, in: project.scratch).stdout.split(separator: "\n").map(String.init)
    }

    @Test func `names of stacks are completed, also of another folder's project, and nothing is made`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("staging")
            for line in ["stack -C \(project.root) plan st", "stack -q plan -C \(project.root) --all st"] {
                #expect(try await completions(of: line, in: project) == ["staging"], "\(line)")
            }
            #expect(try await completions(of: "stack logs -C \(project.root) 2", in: project) == [])
            #expect(!project.exists(".stack"))
        }
    }

    @Test func `runs are completed where something can be done with them, and clusters by their handles`() async throws
    {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack(more: "cluster: {handle: main-eu}\n")
            try await project.applyNew()
            let applied = try await project.newestRun()
            try project.writeAppStack(nodes: 2, more: "cluster: {handle: main-eu}\n")
            let planned = try await project.plannedRun()
            let folder = "-C \(project.root)"
            #expect(try await completions(of: "stack run \(folder) 2", in: project).sorted() == [applied, planned])
            #expect(try await completions(of: "stack discard \(folder) 2", in: project) == [planned])
            #expect(try await completions(of: "stack apply \(folder) --run 2", in: project) == [planned])
            #expect(try await completions(of: "stack clusters show \(folder) ma", in: project) == ["main-eu"])
        }
    }

    @Test func `wrong usage exits with 64 and says what is right`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            expect(
                try await project.stack("plan"), in: project, exit: 64,
                stderr: """
                    error: name the stacks, or give `--all`, `-l SELECTOR` or `--changed`
                    Usage: stack plan [<options>] [<names> ...]
                      See 'stack plan --help' for more information.
                    """)
            #expect(try await project.stack("plan", "dev", "--all").exitCode == 64)
            #expect(try await project.stack("apply", "dev", "--run", "x").exitCode == 64)
            #expect(try await project.stack("plan", "dev", "--paralellism", "2").exitCode == 64)
            #expect(try await project.stack("plan", "dev", "--parallelism", "0").exitCode == 64)
            #expect(try await project.stack("nonsense").exitCode == 64)
        }
    }

    @Test func `-C starts elsewhere, and a folder inside the project finds it`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let elsewhere = try await project.stack("list", "-C", project.root, "-o", "name", in: project.scratch)
            #expect(elsewhere.stdout == "dev\n")
            let inside = try await project.stack("list", "-o", "name", in: project.path("modules/app"))
            #expect(inside.stdout == "dev\n")
        }
    }

    @Test(arguments: [
        ["-C", "fleet", "list", "-o", "name"], ["-q", "-C", "fleet", "list", "-o", "name"],
        ["-C", "fleet", "-qv", "list", "-o", "name"], ["--no-color", "list", "-C", "fleet", "-o", "name"],
        ["-C", "nowhere", "list", "-C", "fleet", "-o", "name"],
    ])
    func `flags that mean the same everywhere stand before a command too, and later ones win`(
        arguments: [String]
    ) async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let above = String(project.root.dropLast("/fleet".count))
            let result = try await project.start(try TestProject.program, arguments, in: above).result()
            expect(result, in: project, stdout: "dev")
        }
    }

    @Test func `flags before a command reach commands of nouns, and stand once in the help`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            for arguments in [["-q", "-C", project.root, "state", "list"], ["state", "-C", project.root, "list"]] {
                let result = try await project.start(
                    try TestProject.program, arguments + ["dev", "-o", "name"], in: project.scratch
                ).result()
                expect(
                    result, in: project,
                    stdout: """
                        terraform_data.network
                        terraform_data.node[0]
                        """)
            }
            expect(try await project.stack("-q", "validate"), in: project)
            for arguments in [["--help"], ["state", "list", "--help"]] {
                let help = try await project.start(try TestProject.program, arguments).result()
                #expect(help.lines.filter { $0.hasPrefix("  -C <dir>") }.count == 1, "\(help.description)")
            }
        }
    }

    @Test func `colours are for terminals, and can be switched off`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            func isColored(_ terminal: TerminalSession) async throws -> Bool {
                #expect(try await terminal.exitCode() == 0)
                return terminal.raw.contains("\u{1B}[3") || terminal.raw.contains("\u{1B}[1m")
            }
            #expect(try await isColored(try project.terminal("plan", "dev")))
            #expect(!(try await isColored(try project.terminal("plan", "dev", "--no-color"))))
            #expect(!(try await isColored(try project.terminal("plan", "dev", environment: ["NO_COLOR": "1"]))))
            #expect(!(try await isColored(try project.terminal("plan", "dev", environment: ["TERM": "dumb"]))))
            let piped = try await project.stack("plan", "dev")
            #expect(!piped.stdout.contains("\u{1B}") && !piped.stderr.contains("\u{1B}"))
        }
    }

    @Test func `lists come as a table, JSON, YAML and names`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("a")
            try project.writeAppStack("b")
            expect(
                try await project.stack("list"), in: project,
                stdout: """
                    NAME  SOURCE            LABELS  FILE
                    a     path modules/app          stacks/a.yaml
                    b     path modules/app          stacks/b.yaml
                    """)
            expect(try await project.stack("list", "-o", "name"), in: project, stdout: "a\nb")
            let json = try await project.stack("list", "-o", "json").json
            #expect(json.arrayValue?.map { $0["name"] } == ["a", "b"])
            let yaml = try await project.stack("list", "-o", "yaml").stdout
            #expect(yaml.hasPrefix("- approval: false\n"), "\(yaml)")
            #expect(try await project.stack("list", "-o", "xml").exitCode == 64)
        }
    }
}
