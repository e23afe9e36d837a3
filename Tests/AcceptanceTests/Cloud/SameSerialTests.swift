import JSON
import TestSupport
import Testing

/// A log group has no id of its own: replaced, it is what it was, and to Terraform the state is the one that it began
/// with, for which it raises no serial.
@Suite(.disabled(if: Cloud.isLeftOut, "STACK_TESTS_WITHOUT_CLOUD=1"))
struct SameSerialTests {
    @Test func `of states with one serial the one that was written last is kept`() async throws {
        try await withProject { project in
            let cloud = try await Cloud(for: project)
            let gate = project.scratch + "/gate"
            try cloud.writeModule(
                """
                resource "aws_cloudwatch_log_group" "this" {
                  name = "fleet"

                  provisioner "local-exec" {
                    command = "until test -e '\(gate)'; do sleep 0.05; done"
                  }
                }
                """)
            try project.writeStack("dev")
            func newest() async throws -> JSONValue {
                let versions = try await project.stack("state", "versions", "dev", "-o", "json").json
                return try #require(versions.arrayValue?.first)
            }
            try project.write("", to: gate)
            let made = try await cloud.stack("apply", "dev", "--new", "--auto-approve")
            try #require(made.exitCode == 0, "\(made.description)")
            let before = try await newest()

            try project.remove(gate)
            let replacing = try cloud.start(
                "apply", "dev", "--replace", "aws_cloudwatch_log_group.this", "--auto-approve")
            let between = try await eventually("the state without the log group") {
                let version = try await newest()
                return version["resources"] == 0 ? version : nil
            }
            try project.write("", to: gate)
            let replaced = try await replacing.result()
            #expect(replaced.exitCode == 0, "\(replaced.description)")
            let after = try await newest()
            #expect(before["resources"] == 1 && after["resources"] == 1)
            #expect(before["serial"] != between["serial"])
            #expect(between["serial"] == after["serial"])
        }
    }
}
