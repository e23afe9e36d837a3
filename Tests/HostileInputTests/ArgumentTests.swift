import Foundation
import JSON
import TestSupport
import Testing

/// Whatever stands on a command line is a word: it is looked up, refused or handed on as one, never run, and never the
/// way out of the project's folder.
@Suite struct ArgumentTests {
    /// What becomes of a hostile word at a place that the help calls so.
    private struct Expectation {
        /// What is written there usually.
        let usual: String
        let exitCodes: Set<Int32>
        /// One of these stands in the message: what was wrong, and at which argument.
        let message: [String]
    }

    private static let expectations = [
        "dir": Expectation(
            usual: ".", exitCodes: [64],
            message: [
                "`-C", "'-C", "there is no folder `", "there is no project here", "holds no `template.yaml`",
                "there is no file `",
            ]),
        "name": Expectation(
            usual: "dev", exitCodes: [64], message: ["there is no stack `", "no stack matches `", "'--exclude"]),
        "names": Expectation(
            usual: "dev", exitCodes: [64], message: ["there is no stack `", "no stack matches `"]),
        // An import to an address that the state has is refused whatever the object's id.
        "id": Expectation(
            usual: "<run>", exitCodes: [3, 64],
            message: ["there is no run `", "'--run", "has `terraform_data.only` already", "that are not empty"]),
        // Not locked, whatever the run is called: nothing to do.
        "run": Expectation(usual: "<run>", exitCodes: [0, 64], message: [#"there is no run `"#, "'--force"]),
        "path=value": Expectation(usual: "approval=maybe", exitCodes: [64], message: ["` sets nothing"]),
        // Where the files of a new stack come from is looked up before its form is read.
        "new-name": Expectation(
            usual: "fresh", exitCodes: [64], message: ["is no name of a stack", "is no name of a template"]),
        "template": Expectation(
            usual: "none", exitCodes: [64],
            message: ["there is no template `", "'<template>", "'--template", "'--from"]),
        "version": Expectation(
            usual: "1.0.0", exitCodes: [64],
            message: [
                "there is no template `", "is no version of a template", "Missing expected argument", "Unknown option",
            ]),
        "parameter=value": Expectation(usual: "a=b", exitCodes: [64], message: ["there is no template `", "'--set"]),
        "parameter=json": Expectation(
            usual: "a=1", exitCodes: [64], message: ["there is no template `", "'--set-json"]),
        "branch": Expectation(usual: "b", exitCodes: [64], message: ["`--branch` goes with `--pr`", "'--branch"]),
        "ref": Expectation(usual: "main", exitCodes: [64], message: ["`--base` says what", "'--base"]),
        "handle": Expectation(usual: "dev", exitCodes: [1], message: ["there is no cluster `"]),
        "key": Expectation(usual: "only", exitCodes: [1], message: ["has no output `"]),
        "selector": Expectation(
            usual: "env=dev", exitCodes: [0, 64],
            message: ["the selector `", "no stack matches `", "'-l", "'--selector"]),
        "address": Expectation(
            usual: "terraform_data.only", exitCodes: [1, 3, 64],
            message: [
                "refused by Terraform", "holds no `", "there is no terminal to ask on", "Missing value for",
                "cannot be read", "Terraform did not import `", "has `terraform_data.only` already",
            ]),
        "allow-destroy": Expectation(
            usual: "a.b", exitCodes: [3, 64], message: ["cannot be applied", "'--allow-destroy"]),
        "file": Expectation(
            usual: "nothing.db", exitCodes: [0, 1, 3, 64],
            message: [
                "cannot be read", "cannot be copied", "cannot be used", "is not complete JSON", "names nothing",
                "is too long", "is there already", "there is no file `", "there is no folder `", "Missing value for",
                "takes a file that ends in",
            ]),
        // Where records are moved to: a server, or one file.
        "database": Expectation(
            usual: ".stack/stack.db", exitCodes: [64],
            message: ["`--to` names neither a PostgreSQL nor", "names nothing", "is too long", "'--to"]),
        "files": Expectation(
            usual: "stack.yaml", exitCodes: [64], message: ["there is no file `", "names nothing", "is too long"]),
        // The name of a program, which is none.
        "command": Expectation(
            usual: "true", exitCodes: [0, 1, 64, 70], message: ["was not found", "is not", "cannot", "no program"]),
        "output": Expectation(usual: "json", exitCodes: [64], message: ["--output"]),
        "format": Expectation(usual: "json", exitCodes: [64], message: ["--format"]),
        "true|false": Expectation(usual: "true", exitCodes: [64], message: ["--refresh"]),
        "time": Expectation(
            usual: "1s", exitCodes: [64], message: ["--lock-timeout", "--stop-timeout", "--watch", "--older-than"]),
        "n": Expectation(usual: "1", exitCodes: [64], message: ["--parallelism", "--sequence"]),
        "limit": Expectation(usual: "1", exitCodes: [64], message: ["--limit"]),
        "sequence": Expectation(usual: "1", exitCodes: [64], message: ["<sequence>"]),
        "directory": Expectation(
            usual: "fresh", exitCodes: [0, 64],
            message: [
                "names nothing", "is too long", "is no folder", "there is no folder `", "there is no file `",
                "holds no `template.yaml`",
                "there is no file `",
            ]),
        "digest": Expectation(
            usual: "sha256:" + String(repeating: "0", count: 64), exitCodes: [1, 3, 64],
            message: ["--digest", "cannot be read", "there is no", "is no digest", "compressed neither", "sha256:"]),
        // The help of nothing is the help of everything.
        "subcommands": Expectation(usual: "plan", exitCodes: [0], message: []),
    ]

    /// The commands that write where they are told to.
    private static let writers: Set = ["init", "backup"]

    /// A project with one applied stack, and a Terraform that notes the words of a plan and refuses it.
    private func withAppliedStack(_ body: (TestProject, [Ingress]) async throws -> Void) async throws {
        try await withProject { project in
            try project.writeSmallStack()
            let applied = try await project.stack("apply", "dev", "--new", "--auto-approve")
            try #require(applied.exitCode == 0, "\(applied.description)")
            try project.wrapTerraform(
                """
                if [ "$1" = plan ]; then
                  printf '%s\\0' "$@" > \(project.scratch)/words.$$
                  echo '{"type":"diagnostic","diagnostic":{"severity":"error","summary":"refused by Terraform"}}'
                  exit 1
                fi
                """)
            var usual = Self.expectations.mapValues(\.usual)
            let run = try await project.newestRun()
            usual["id"] = run
            usual["run"] = run
            try await body(project, try await project.ingresses(usual: usual))
        }
    }

    /// Runs many command lines, a few at a time.
    private func runAll(
        _ attempts: [(ingress: Ingress, word: HostileName)], in project: TestProject,
        _ judge: @escaping @Sendable (Ingress, HostileName, CommandResult) throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, attempt) in attempts.enumerated() {
                if index >= 4 { try await group.next() }
                group.addTask {
                    let result = try await project.start(
                        try TestProject.program, attempt.ingress.arguments(with: attempt.word.text)
                    ).result()
                    try judge(attempt.ingress, attempt.word, result)
                }
            }
            try await group.waitForAll()
        }
    }

    /// Every word at the first place of a kind, and at each later one, which the same code reads, some: each gets others.
    private func attempts(_ ingresses: [Ingress]) throws -> [(ingress: Ingress, word: HostileName)] {
        var seen: Set<String> = []
        var attempts: [(ingress: Ingress, word: HostileName)] = []
        for (index, ingress) in ingresses.enumerated() {
            try #require(Self.expectations[ingress.value] != nil, "`\(ingress.value)` is not in the table")
            let isFirst = seen.insert(ingress.value).inserted
            for (number, word) in HostileName.words.enumerated() where isFirst || (number + index) % 4 == 0 {
                attempts.append((ingress, word))
            }
        }
        return attempts
    }

    @Sendable private static func judge(_ ingress: Ingress, _ word: HostileName, _ result: CommandResult) throws {
        let expectation = try #require(expectations[ingress.value])
        let said =
            "\(word.name) at `\(ingress.command) \(ingress.option ?? "<\(ingress.value)>")`: \(result.stderr.prefix(600)) exit \(result.exitCode)"
        // A gateway is of no project, and works in any folder.
        let worksAnywhere = ingress.command == "gateway" && ingress.value == "dir" && result.exitCode == 0
        #expect(worksAnywhere || expectation.exitCodes.contains(result.exitCode), "\(said)")
        #expect(rawControls(in: result.stdout + result.stderr) == [], "\(said)")
        if result.exitCode != 0 {
            #expect(expectation.message.contains(where: result.stderr.contains), "\(said)")
        }
    }

    @Test func `every argument takes a hostile word as a word, and nothing is written`() async throws {
        try await withAppliedStack { project, ingresses in
            let readers = ingresses.filter { !Self.writers.contains($0.command) && !$0.command.isEmpty }
            #expect(readers.count > 80)
            let before = project.everything
            try await runAll(try attempts(readers), in: project, Self.judge)
            let noted = project.files(below: project.scratch).filter { $0.hasPrefix("words.") }
            #expect(project.everything.subtracting(before) == Set(noted.map { "scratch/\($0)" }))

            let words = try Set(
                noted.flatMap { try project.read("\(project.scratch)/\($0)").split(separator: "\0").map(String.init) })
            let known = Set(HostileName.words.map(\.text))
            let targets = words.compactMap { word in word.hasPrefix("-target=") ? String(word.dropFirst(8)) : nil }
            #expect(Set(targets) == known.subtracting([""]))
            let replaced = words.compactMap { word in word.hasPrefix("-replace=") ? String(word.dropFirst(9)) : nil }
            #expect(replaced.count > 3 && known.isSuperset(of: replaced))
        }
    }

    @Test func `a command that writes where it is told to writes there and nowhere else`() async throws {
        try await withAppliedStack { project, ingresses in
            try project.write("precious", to: "\(project.scratch)/precious")
            let before = project.everything
            // `..` is a folder like another there.
            let named = HostileName.words.filter { $0.text != ".." }.map { word in
                // What is there already must stay; nobody's own `/etc/passwd` is at stake for that.
                word.text == "/etc/passwd" ? HostileName(name: word.name, text: "\(project.scratch)/precious") : word
            }
            let places = ingresses.filter { Self.writers.contains($0.command) && $0.option == nil }
            #expect(places.map(\.value).sorted() == ["directory", "file"])
            for place in places {
                try await runAll(named.map { (place, $0) }, in: project, Self.judge)
                let allowed = named.map { word in
                    let path = ((project.root + "/" + word.text) as NSString).standardizingPath
                    return String(path.dropFirst((project.root as NSString).deletingLastPathComponent.count + 1))
                }
                for path in project.everything.subtracting(before) {
                    #expect(allowed.contains { path == $0 || path.hasPrefix("\($0)/") }, "\(path)")
                    #expect((path as NSString).lastPathComponent != HostileName.canary)
                }
                for path in project.everything.subtracting(before) where project.exists("../\(path)") {
                    try project.remove("../\(path)")
                }
            }
            #expect(try project.read("\(project.scratch)/precious") == "precious")
        }
    }
}
