import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// A server that is set back to an older copy of itself, as after a failover to a replica that lagged behind.
@Suite struct OlderCopyTests {
    @Test func `a recorded apply that the server has lost is taken in again by the next plan`() async throws {
        try await withForgottenApply { project, stack, run in
            #expect(try await project.status(of: run) == "planned")

            let plan = try await project.stack("plan", "dev", "--detailed-exitcode")
            #expect(plan.exitCode == 0, "\(plan.description)")
            #expect(
                plan.stderr.contains(
                    "warning: the database had lost what run `\(run)` applied to `dev`: it is an older copy of what it was"
                ),
                "\(plan.description)")
            #expect(plan.stdout.contains("No changes."), "\(plan.description)")
            let second = try await project.stack("apply", "--run", run, "--auto-approve")
            #expect(second.exitCode == 3, "\(second.description)")
            #expect(stack.marks.sorted() == MarkedStack.items)
            #expect(try await project.addresses(of: "dev").sorted() == MarkedStack.addresses)
        }
    }

    @Test func `a saved plan that was applied and forgotten is stale`() async throws {
        try await withForgottenApply { project, stack, run in
            let second = try await project.stack("apply", "--run", run, "--auto-approve")
            #expect(second.exitCode == 3, "\(second.description)")
            #expect(second.stderr.contains("the plan of run `\(run)` is stale"), "\(second.description)")
            #expect(second.stderr.contains("the database had lost what run `\(run)` applied"), "\(second.description)")
            #expect(stack.marks.sorted() == MarkedStack.items)
            try await stack.expectNothingLeft(of: run)
            try await stack.expectApplicable()
            #expect(stack.marks.sorted() == MarkedStack.items)
        }
    }

    /// Another machine may have planned meanwhile, and so superseded the plan that was applied.
    @Test(arguments: [false, true])
    func `an apply that died and was forgotten is taken in again, and what it had begun is named`(
        isSuperseded: Bool
    ) async throws {
        try await withOwnServer { own, project in
            let stack = try MarkedStack(project, standingStillAt: 4)
            let run = try await plannedRun(project)
            let copy = try await own.copyData()
            let terminal = try project.start("apply", "--run", run, "--new", "--auto-approve")
            let executor = try await project.executor(of: run)
            try await eventually("half of it is made") { stack.standsStill }
            // From above: a Terraform whose provisioners are gone would write what became of them.
            for pid in [executor, try #require(project.terraform(of: run))] { kill(pid, SIGKILL) }
            for pid in processes(withEnvironment: "STACK_RUN_ID", value: run) { kill(pid, SIGKILL) }
            _ = try await terminal.result()
            try await own.setBack(to: copy)
            try stack.goOn()
            if isSuperseded {
                try await withClone(of: project, on: "elsewhere") { _ = try await plannedRun($0) }
                #expect(try await project.status(of: run) == "superseded")
            }

            let recovered = try await project.stack("recover")
            #expect(recovered.exitCode == 0, "\(recovered.description)")
            #expect(
                recovered.stderr.contains("the database had lost what run `\(run)` applied"), "\(recovered.description)"
            )
            let state = Set(try await project.addresses(of: "dev"))
            let begun = Set(stack.marks.map { "terraform_data.item[\"\($0)\"]" })
            #expect(state.count >= 2 && state.isSubset(of: begun), "\(state)")
            for address in begun.subtracting(state) {
                #expect(recovered.stderr.contains("`\(address)` is unknown"), "\(recovered.description)")
            }
            #expect(begun != state, "whatever stood still had no end")
            let kept = project.files(below: ".stack/workspaces").filter { $0.contains("/kept-\(run)/") }
            #expect(kept.contains { $0.hasSuffix("/terraform.tfstate") }, "\(kept)")
            try await stack.expectApplicable()
            // What was begun and is not known is made again, and nothing else.
            for item in MarkedStack.items {
                let address = "terraform_data.item[\"\(item)\"]"
                let isMadeAgain = begun.contains(address) && !state.contains(address)
                #expect(stack.marks.filter { $0 == item }.count == (isMadeAgain ? 2 : 1), "\(item)")
            }
        }
    }

    @Test(arguments: [true, false])
    func `an apply that the server forgets while it is under way goes on, and the next command takes it in`(
        knowsPlan: Bool
    ) async throws {
        try await withOwnServer { own, project in
            let stack = try MarkedStack(project, standingStillAt: 4)
            // The stack is known, as one without resources.
            let first = try await project.stack("plan", "dev")
            try #require(first.exitCode == 0, "\(first.description)")
            let early = try await own.copyData()
            let run = try await plannedRun(project)
            let late = try await own.copyData()
            let terminal = try project.start("apply", "--run", run, "--new", "--auto-approve")
            try await eventually("half of it is made") { stack.marks.count >= 4 }
            try await own.setBack(to: knowsPlan ? late : early)
            try stack.goOn()
            let ended = try await terminal.result()
            #expect(ended.exitCode == 3, "\(ended.description)")
            #expect(ended.stderr.contains("the lock of the stack was taken from run `\(run)`"), "\(ended.description)")
            #expect(stack.marks.sorted() == MarkedStack.items)
            #expect(try await project.runs().contains { $0["id"]?.stringValue == run } == knowsPlan)

            let plan = try await project.stack("plan", "dev", "--detailed-exitcode")
            #expect(plan.exitCode == 0, "\(plan.description)")
            #expect(plan.stderr.contains("the database had lost what run `\(run)` applied"), "\(plan.description)")
            #expect(try await project.addresses(of: "dev").sorted() == MarkedStack.addresses)
            try await stack.expectNothingLeft(of: run)
        }
    }

    @Test func `where another machine went on from the older state, nothing is planned here until somebody decides`()
        async throws
    {
        try await withOwnServer { own, project in
            try writeSized(project, "first")
            try await applyNew(project)
            try await withClone(of: project, on: "elsewhere") { clone in
                let copy = try await own.copyData()
                try project.writeStack("dev", spec: "variables: {size: here}")
                try await applyNew(project)
                let run = try await project.newestRun()
                try await own.setBack(to: copy)
                try clone.writeStack("dev", spec: "variables: {size: elsewhere}")
                try await applyNew(clone)

                for arguments in [["plan", "dev"], ["apply", "dev", "--auto-approve"]] {
                    let refused = try await project.start(stack: arguments).result()
                    #expect(refused.exitCode == 3, "\(refused.description)")
                    #expect(
                        refused.stderr.contains(
                            "run `\(run)` was applied to `dev` on this machine, and the database does not know of it"),
                        "\(refused.description)")
                }
                #expect(try await input(project) == "elsewhere")
                // The other machine has nothing to decide.
                let other = try await clone.stack("plan", "dev", "--detailed-exitcode")
                #expect(other.exitCode == 0, "\(other.description)")

                let lost = try #require(project.files(below: ".stack/applied").first { $0.hasSuffix(".tfstate") })
                let refused = try await project.stack("plan", "dev")
                #expect(
                    refused.stderr.contains(
                        "note: the state that the run left is in `\(project.root)/.stack/applied/\(lost)`"),
                    "\(refused.description)")
                let pushed = try await project.stack(
                    "state", "push", "dev", ".stack/applied/\(lost)", "--force", "--auto-approve")
                #expect(pushed.exitCode == 0, "\(pushed.description)")
                #expect(try await input(project) == "here")
                #expect(project.files(below: ".stack/applied") == [])
                let plan = try await project.stack("plan", "dev", "--detailed-exitcode")
                #expect(plan.exitCode == 0, "\(plan.description)")
            }
        }
    }

    @Test func `an apply so long ago that its run is no longer kept is not taken for lost`() async throws {
        try await withDatabase { database in
            try await withSharedProject(at: database) { project in
                try project.write(
                    """
                    apiVersion: stacks.fleet/v1alpha1
                    kind: Project
                    metadata: {name: fleet}
                    spec:
                      retention: {runsPerStack: 1, stateVersionsPerStack: 1}
                    """, to: "stack.yaml")
                try writeSized(project, "first")
                try await applyNew(project)
                let run = try await project.newestRun()
                try await withClone(of: project, on: "elsewhere") { clone in
                    for size in ["second", "third"] {
                        try writeSized(clone, size)
                        try await applyNew(clone)
                    }
                }
                #expect(try await !project.stack("runs", "-o", "name").stdout.contains(run))
                try writeSized(project, "third")
                let plan = try await project.stack("plan", "dev", "--detailed-exitcode")
                #expect(plan.exitCode == 0, "\(plan.description)")
            }
        }
    }

    /// A resource that holds a word.
    private func writeSized(_ project: TestProject, _ size: String) throws {
        try project.write(
            """
            variable "size" {
              type = string
            }

            resource "terraform_data" "item" {
              input = var.size
            }
            """, to: "modules/app/main.tf")
        try project.writeStack("dev", spec: "variables: {size: \(size)}")
    }

    private func input(_ project: TestProject) async throws -> String? {
        let resource = try await project.state(of: "dev")["resources"]?.arrayValue?.first
        return resource?["instances"]?.arrayValue?.first?["attributes"]?["input"]?["value"]?.stringValue
    }

    /// Gives the body a stack that was applied, and of which the server knows only that it was planned.
    private func withForgottenApply(_ body: (TestProject, MarkedStack, _ run: String) async throws -> Void) async throws
    {
        try await withOwnServer { own, project in
            let stack = try MarkedStack(project)
            try stack.goOn()
            let run = try await plannedRun(project)
            let copy = try await own.copyData()
            let applied = try await project.stack("apply", "--run", run, "--new", "--auto-approve")
            try #require(applied.exitCode == 0, "\(applied.description)")
            try await own.setBack(to: copy)
            try await body(project, stack, run)
        }
    }

    private func withOwnServer(_ body: (OwnPostgresServer, TestProject) async throws -> Void) async throws {
        try await withPostgresServer { own in
            try await withSharedProject(at: try await own.server.makeDatabase()) { try await body(own, $0) }
        }
    }
}

/// Plans `dev` and gives the id of the run, whose plan waits.
func plannedRun(_ project: TestProject) async throws -> String {
    let plan = try await project.stack("plan", "dev")
    try #require(plan.exitCode == 0, "\(plan.description)")
    return try await project.newestRun()
}

func applyNew(_ project: TestProject, _ stack: String = "dev") async throws {
    let applied = try await project.stack("apply", stack, "--new", "--auto-approve")
    try #require(applied.exitCode == 0, "\(applied.description)")
}

extension OwnPostgresServer {
    /// The server crashes, and an older copy of it takes its place.
    func setBack(to copy: String) async throws {
        try await stop(.immediate)
        try await goBack(to: copy)
        try await start()
    }
}
