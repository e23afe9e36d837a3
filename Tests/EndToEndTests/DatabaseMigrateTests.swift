import Foundation
import Glibc
import JSON
import TestSupport
import Testing

@Suite struct DatabaseMigrateTests {
    /// A project with one applied stack that makes a cluster, and one whose plan waits.
    private func fill(_ project: TestProject) async throws {
        try project.write(
            """
            resource "terraform_data" "cluster" {
              input = "1.32"
            }

            output "cluster_name" {
              value = "dev"
            }

            output "cluster_version" {
              value = terraform_data.cluster.output
            }
            """, to: "modules/cluster/main.tf")
        try project.writeStack(
            "dev", module: "modules/cluster", spec: "cluster: {handle: dev, provider: aws, distribution: eks}")
        try project.writeApp()
        try project.writeAppStack("web")
        for name in ["dev", "web"] { try await project.applyNew(name) }
        try project.writeAppStack("web", nodes: 2)
        _ = try await project.plannedRun("web")
    }

    /// What commands tell of everything that is kept.
    private func everything(_ project: TestProject, _ environment: [String: String]) async throws -> [String] {
        let run = try #require(
            try await project.stack("runs", "dev", "-o", "json", environment: environment).json
                .arrayValue?.first?["id"]?.stringValue)
        var told: [String] = []
        for command in [
            ["state", "pull", "dev"], ["state", "pull", "web"], ["state", "versions", "web", "-o", "json"],
            ["runs", "-o", "json"], ["logs", run], ["run", run, "-o", "json"], ["clusters", "list", "-o", "json"],
            ["clusters", "show", "dev", "-o", "json"],
        ] {
            let result = try await project.start(stack: command, environment: environment).result()
            try #require(result.exitCode == 0, "\(result.description)")
            told.append(result.stdout)
        }
        return told
    }

    @Test func `records move to a server and back: all is told as before, and a plan that waits is applied`()
        async throws
    {
        try await withDatabase { url in
            let server = ["STACK_DATABASE_URL": url]
            try await withProject { project in
                try await fill(project)
                let before = try await everything(project, [:])
                let moved = try await project.stack("database", "migrate", "--to", url)
                let place = url.replacing(/postgres(ql)?:\/\/[^\/]*@/, with: "postgres://")
                let lines = moved.stderr.split(separator: "\n")
                try #require(moved.exitCode == 0 && lines.count == 4, "\(moved.description)")
                #expect(lines[0].hasPrefix("dev: copied ") && lines[1].hasPrefix("web: copied "))
                #expect(
                    lines[2].hasPrefix(
                        "Moved 2 stacks with 4 versions of states and 3 runs to `\(place)`; read back and compared: "
                            + "sha256 "), "\(moved.description)")
                #expect(
                    lines[3]
                        == "Set STACK_DATABASE_URL to that database wherever this project is used, and commit `stack.lock`."
                )
                let lock = try project.read("stack.lock")
                #expect(lock.components(separatedBy: "where: \(place)\n").count == 3, "\(lock)")
                #expect(try await everything(project, server) == before)

                let old = try await project.stack("plan", "dev")
                #expect(old.exitCode == 3)
                #expect(
                    old.stderr.hasPrefix("error: the records of this project have moved to `\(place)`\n"),
                    "\(old.description)")
                let again = try await project.stack("database", "migrate", "--to", url)
                #expect(again.exitCode == 0 && again.stderr.hasPrefix("All was moved to `"), "\(again.description)")

                let applied = try await project.stack(
                    "apply", "--run", try await project.newestRun(server), "--auto-approve", environment: server)
                #expect(applied.exitCode == 0, "\(applied.description)")
                let newer = try await everything(project, server)
                #expect(newer[1] != before[1])

                let back = try await project.stack(
                    "database", "migrate", "--to", ".stack/stack.db", environment: server)
                #expect(back.exitCode == 0, "\(back.description)")
                #expect(
                    back.stderr.contains("\nUnset STACK_DATABASE_URL wherever this project is used"),
                    "\(back.description)")
                // What had not changed since was there still.
                #expect(back.stderr.hasPrefix("web: copied "), "\(back.description)")
                #expect(try await everything(project, [:]) == newer)
                #expect(try await project.stack("plan", "web", "--detailed-exitcode").exitCode == 0)
                let left = try await project.stack("plan", "dev", environment: server)
                #expect(left.exitCode == 3 && left.stderr.contains("have moved to `\(project.root)/.stack/stack.db on"))
            }
        }
    }

    @Test func `a run at work refuses the move and ends well; with another project there it goes beside that one`()
        async throws
    {
        try await withDatabase { url in
            let server = ["STACK_DATABASE_URL": url]
            try await withProject(environment: server) { neighbour in
                try neighbour.writeApp()
                try neighbour.writeAppStack()
                try await neighbour.applyNew()
                let before = try await neighbour.state(of: "dev")
                try await withProject { project in
                    try project.writeGated()
                    let apply = try project.start("apply", "dev", "--new", "--auto-approve")
                    try await project.waitForGate()
                    let run = try await project.newestRun()
                    let busy = try await project.stack("database", "migrate", "--to", url)
                    #expect(busy.exitCode == 75, "\(busy.description)")
                    #expect(busy.stderr.contains("error: run `\(run)` of `dev` is, or may be, at work\n"))
                    try project.openGate()
                    #expect(try await apply.result().exitCode == 0)
                    #expect(try await project.addresses(of: "dev").count == 3)
                    #expect(try await project.stack("database", "migrate", "--to", url).exitCode == 0)
                    let state = try await project.stack("state", "list", "dev", environment: server)
                    #expect(state.stdout.contains("terraform_data.last"), "\(state.description)")
                }
                #expect(try await neighbour.state(of: "dev") == before)
                #expect(try await neighbour.stack("plan", "dev", "--detailed-exitcode").exitCode == 0)
            }
        }
    }

    @Test(arguments: [0, 60, 120, 180, 240, 300, 360, 420])
    func `a move that is killed is finished by the same command, and all is there`(
        milliseconds: Int
    ) async throws {
        try await withProject { project in
            try await fill(project)
            try await withDatabase { url in
                let before = try await everything(project, [:])
                let server = ["STACK_DATABASE_URL": url]
                let killed = try project.start("database", "migrate", "--to", url)
                // When it dies is what varies; nothing is waited for.
                try await Task.sleep(for: .milliseconds(milliseconds))
                killed.send(SIGKILL)
                let isOver = try await killed.result().exitCode == 0
                let finished = try await project.stack("database", "migrate", "--to", url)
                #expect(finished.exitCode == 0, "\(finished.description)")
                #expect(try await everything(project, server) == before)
                #expect(try await project.stack("plan", "dev").exitCode == 3)
                // Nothing has changed since, so it comes to the same.
                let back = try await project.stack(
                    "database", "migrate", "--to", ".stack/stack.db", environment: server)
                #expect(back.exitCode == 0, "\(back.description)")
                let digests = [finished, back].map { $0.stderr.firstMatch(of: /sha256 [0-9a-f]{64}/)?.output }
                // One that was killed after its last step but one has nothing left to move.
                let isDone = isOver || finished.stderr.hasPrefix("All was moved to")
                #expect(digests[1] != nil && (isDone || digests[0] == digests[1]), "\(finished.description)")
                #expect(try await everything(project, [:]) == before)
            }
        }
    }

    @Test func `another key, another place and nothing to move are refused before anything is changed`() async throws {
        try await withProject { project in
            let nowhere = "postgres://stack@127.0.0.1:1/none"
            let nothing = try await project.stack("database", "migrate", "--to", nowhere)
            #expect(nothing.exitCode == 64)
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            let before = try project.read("stack.lock")
            expect(
                try await project.stack("database", "migrate", "--to", "copy.db"), in: project, exit: 64,
                stderr: """
                    error: `--to` names neither a PostgreSQL nor the file of this project: `copy.db`

                    hint: A server is named by its URL, postgres://USER@HOST:PORT/DATABASE; the file is `<project>/.stack/stack.db`
                    """)
            #expect(try await project.stack("database", "migrate", "--to", ".stack/stack.db").exitCode == 64)
            let unreachable = try await project.stack("database", "migrate", "--to", nowhere)
            #expect(unreachable.exitCode == 75, "\(unreachable.description)")
            #expect(unreachable.stderr.contains("hint: Check --to, the server"), "\(unreachable.description)")
            let key = Data(repeating: 7, count: 32).base64EncodedString()
            let other = try await project.stack(
                "database", "migrate", "--to", nowhere, environment: ["STACK_ENCRYPTION_KEY": key])
            #expect(other.exitCode == 3, "\(other.description)")
            #expect(try project.read("stack.lock") == before)
            #expect(try await project.stack("plan", "dev", "--detailed-exitcode").exitCode == 0)
        }
    }
}

extension TestProject {
    fileprivate func newestRun(_ environment: [String: String]) async throws -> String {
        let runs = try await stack("runs", "-o", "json", environment: environment).json
        return try #require(runs.arrayValue?.first?["id"]?.stringValue)
    }
}
