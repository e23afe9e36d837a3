import Foundation
import JSON
import TestSupport

/// Many machines that apply the stacks of one project in one database, each stack wanted by two of them at about the same
/// time. Every apply changes its stack, so none of them is one that has nothing to do.
package struct Crowd: Sendable {
    let machines: Int
    let stacks: Int

    package init(machines: Int, stacks: Int) {
        self.machines = machines
        self.stacks = stacks
    }

    package struct Outcome: Sendable, CustomStringConvertible {
        /// Applies that succeeded.
        package var applied = 0
        /// Those that were refused because the stack was locked or its state had moved, and were tried again.
        var locked = 0
        var stale = 0
        /// Those that did not reach the database at their beginning.
        var away = 0
        package var problems: [String] = []
        var duration = Duration.zero

        package var description: String {
            "\(applied) applies in \(duration); refused and tried again: \(locked) locked, \(stale) stale, \(away) without a "
                + "database"
        }
    }

    private func name(_ stack: Int) -> String { "stack-\(stack)" }

    /// Which stacks a machine wants. The other one that wants a stack comes to it at the same place of its own list.
    private func wanted(by machine: Int) -> [Int] {
        (0..<stacks).filter { $0 % machines == machine || ($0 + machines / 2) % machines == machine }
    }

    /// Plays it in an empty database.
    ///
    /// - Parameter url: how the machines reach it, when that is by another way.
    package func play(in database: String, reachedAt url: String? = nil) async throws -> Outcome {
        let key = Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
        let environment = ["STACK_DATABASE_URL": url ?? database, "STACK_ENCRYPTION_KEY": key]
        return try await withProject(environment: environment) { project in
            try write(project)
            // The project has an id from now on, which the clones share.
            _ = try await project.stack("runs")
            let begin = ContinuousClock.now
            var outcome = try await withThrowingTaskGroup(of: Outcome.self) { group in
                for machine in 0..<machines {
                    group.addTask {
                        try await withProject(environment: environment) { clone in
                            for file in project.files() where !file.hasPrefix(".stack/") {
                                try clone.write(try project.read(file), to: file)
                            }
                            return try await work(machine, clone)
                        }
                    }
                }
                return try await group.reduce(into: Outcome()) { sum, one in
                    sum.applied += one.applied
                    sum.locked += one.locked
                    sum.stale += one.stale
                    sum.away += one.away
                    sum.problems += one.problems
                }
            }
            outcome.duration = .now - begin
            outcome.problems += try await lookBack(project, database)
            return outcome
        }
    }

    /// Each apply replaces the one resource, and leaves outside of Terraform's sight what it made and what it took away.
    private func write(_ project: TestProject) throws {
        try project.write(
            """
            variable "log" {
              type = string
            }

            resource "terraform_data" "turn" {
              input            = var.log
              triggers_replace = [timestamp()]

              provisioner "local-exec" {
                command = "mkdir ${var.log}.inside || echo overlap >> ${var.log}; sleep 0.2; echo made ${self.id} >> ${var.log}; rmdir ${var.log}.inside"
              }

              provisioner "local-exec" {
                when    = destroy
                command = "echo gone ${self.id} >> ${self.input}"
              }
            }
            """, to: "modules/app/main.tf")
        for stack in 0..<stacks {
            try project.writeStack(name(stack), spec: "variables: {log: \(project.scratch)/\(name(stack))}")
        }
    }

    /// One machine applies what it wants, one stack after the other, and what is refused again and again.
    private func work(_ machine: Int, _ clone: TestProject) async throws -> Outcome {
        var outcome = Outcome()
        for stack in wanted(by: machine) {
            var tries = 0
            while tries < 50 {
                tries += 1
                let apply = ["apply", name(stack), "--new", "--auto-approve"]
                // Of two that want a stack one waits for its lock, and the other is refused.
                let result = try await clone.start(
                    stack: apply + (machine < machines / 2 ? ["--lock-timeout", "5m"] : [])
                ).result(within: .seconds(400))
                switch result.exitCode {
                case 0: outcome.applied += 1
                case 75 where result.stderr.contains("is locked by run"): outcome.locked += 1
                case 3 where result.stderr.contains("is stale"): outcome.stale += 1
                case 75 where result.stderr.contains("cannot be reached"): outcome.away += 1
                default: outcome.problems.append(result.description)
                }
                if result.exitCode == 0 { break }
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        return outcome
    }

    /// What is wrong with what they have left.
    private func lookBack(_ project: TestProject, _ database: String) async throws -> [String] {
        var problems: [String] = []
        for stack in 0..<stacks {
            // One made, taken away by the next, and so on: each apply knew what the one before it had done.
            let log = try project.read("\(project.scratch)/\(name(stack))").split(separator: "\n")
            let made = log.filter { $0.hasPrefix("made ") }.map { $0.dropFirst(5) }
            let expected = zip(made, made.dropFirst()).flatMap { ["made \($0.0)", "gone \($0.0)"] }
            if made.count != 2 || log.map(String.init) != expected + (made.last.map { ["made \($0)"] } ?? []) {
                problems.append("\(name(stack)): \(log.joined(separator: ", "))")
            }
        }
        let server = try await PostgresServer.shared()
        func rows(_ sql: String) async throws -> [String] {
            try await server.run(sql: sql, in: database).split(separator: "\n").map(String.init)
        }
        problems += try await rows(
            """
            SELECT name || ' was applied on another version than the one before it' FROM (
                SELECT stack.name, CAST(CAST(run.binding AS JSONB) ->> 'stateSequence' AS BIGINT) AS base,
                    LAG(version.sequence) OVER one AS before, version.serial, LAG(version.serial) OVER one AS earlier
                FROM state_version AS version JOIN stack ON stack.id = version.stack
                    LEFT JOIN run ON run.id = version.run
                WINDOW one AS (PARTITION BY version.stack ORDER BY version.sequence)
            ) AS history WHERE before IS NOT NULL AND (base IS DISTINCT FROM before OR serial <= earlier)
            """)
        problems += try await rows("SELECT 'locked: ' || stack FROM stack_lock WHERE run IS NOT NULL")
        problems += try await rows(
            "SELECT 'not over: ' || id FROM run WHERE status IN ('queued', 'planning', 'applying')")
        problems += try await rows(
            "SELECT 'deadlocks: ' || deadlocks FROM pg_stat_database WHERE datname = current_database() AND deadlocks > 0"
        )
        let applied = try await rows("SELECT COUNT(*) FROM run WHERE status = 'succeeded'").first
        if applied != "\(2 * stacks)" { problems.append("\(applied ?? "no") runs are recorded as succeeded") }
        return problems
    }
}
