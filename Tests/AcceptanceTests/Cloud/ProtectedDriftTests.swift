import JSON
import TestSupport
import Testing

/// A protected stack whose subnet somebody deletes in the cloud: nothing lets go of it unless it is named.
@Suite(.disabled(if: Cloud.isLeftOut, "STACK_TESTS_WITHOUT_CLOUD=1"))
struct ProtectedDriftTests {
    @Test func `what somebody deleted stays in the state of a protected stack until it is allowed to go`() async throws
    {
        try await withProject { project in
            let story = DriftStory(project: project, cloud: try await Cloud(for: project))
            try await story.create()
            try await story.cloud.deleteSubnet("10.0.0.0/18")
            try await story.refuse()
            try await story.forget()
            try await story.makeAgain()
        }
    }
}

private struct DriftStory {
    let project: TestProject
    let cloud: Cloud
    private let subnet: JSONValue = ["zone": "eu-west-1a", "cidr": "10.0.0.0/18"]
    private let all = ["aws_subnet.a", "aws_vpc.this", "terraform_data.nodes"]

    func create() async throws {
        try writeModule()
        try project.writeStack("prod", spec: "protect: true")
        let created = try await cloud.stack("apply", "prod", "--new", "--auto-approve")
        try #require(created.exitCode == 0, "\(created.description)")
        #expect(try await subnets() == [subnet])
        let lockFile = try project.read("modules/app/.terraform.lock.hcl")
        #expect(
            lockFile.contains("provider \"registry.terraform.io/hashicorp/aws\" {"), "it was made beside the module")
    }

    private func writeModule() throws {
        try cloud.writeModule(
            """
            resource "aws_vpc" "this" {
              cidr_block = "10.0.0.0/16"
            }

            resource "aws_subnet" "a" {
              vpc_id            = aws_vpc.this.id
              cidr_block        = "10.0.0.0/18"
              availability_zone = "eu-west-1a"
            }

            resource "terraform_data" "nodes" {
              input = aws_subnet.a.id
            }
            """)
    }

    private func subnets() async throws -> [JSONValue] {
        try await cloud.contents()["subnets"]?.arrayValue?.map { $0.picked("zone", "cidr") } ?? []
    }

    /// By an ordinary plan, which would make another, and by one that only looks.
    func refuse() async throws {
        let planned = try await cloud.stack("plan", "prod", "--detailed-exitcode")
        #expect(planned.exitCode == 2, "\(planned.description)")
        #expect(planned.stdout.contains("# aws_subnet.a has been deleted"), "\(planned.description)")
        #expect(planned.stdout.contains("# aws_subnet.a will be created"))
        let run = try await project.newestRun(of: "prod")
        expectRefusal(try await cloud.stack("apply", "--run", run, "--auto-approve", "-q"))
        #expect(try await subnets() == [])

        let refreshed = try await cloud.stack("apply", "prod", "--refresh-only", "--auto-approve", "-q")
        #expect(refreshed.stdout.contains("# aws_subnet.a has been deleted"), "\(refreshed.description)")
        expectRefusal(refreshed)
        #expect(try await project.addresses(of: "prod") == all)
    }

    func forget() async throws {
        let run = try await project.newestRun(of: "prod")
        let allowed = try await cloud.stack(
            "apply", "--run", run, "--auto-approve", "--allow-destroy", "aws_subnet.a")
        #expect(allowed.exitCode == 0, "\(allowed.description)")
        #expect(try await project.addresses(of: "prod") == ["aws_vpc.this", "terraform_data.nodes"])
        #expect(try await subnets() == [])
    }

    /// The state has let go of it: what is made now takes the place of nothing.
    func makeAgain() async throws {
        let made = try await cloud.stack("apply", "prod", "--auto-approve")
        #expect(made.exitCode == 0, "\(made.description)")
        #expect(try await project.addresses(of: "prod") == all)
        #expect(try await subnets() == [subnet])
    }

    private func expectRefusal(_ result: CommandResult, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(result.exitCode == 3, "\(result.description)", sourceLocation: sourceLocation)
        #expect(
            result.stderr == """
                error: the stack `prod` is protected, and its plan would take something away
                note: aws_subnet.a: found-deleted

                hint: Remove `spec.protect`, or allow each: --allow-destroy aws_subnet.a

                """, sourceLocation: sourceLocation)
    }
}
