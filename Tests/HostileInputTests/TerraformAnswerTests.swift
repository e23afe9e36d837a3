import Foundation
import JSON
import TestSupport
import Testing

/// A Terraform that answers as none should: the run fails in words, holds nothing, and the next one goes through.
@Suite struct TerraformAnswerTests {
    struct Answer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What stands in the script, before the real Terraform is called.
        let script: String
        /// Stands in the message.
        let message: String
        var exitCode: Int32 = 1
    }

    private static func when(_ command: String, _ script: String) -> String {
        "if [ \"$1\" = \(command) ]; then \(script); fi"
    }

    private static let plans = [
        Answer(
            testDescription: "a plan that says nothing and writes no plan", script: when("plan", "exit 0"),
            message: "`terraform show -json` failed: "),
        Answer(
            testDescription: "a plan that has changes and writes no plan", script: when("plan", "exit 2"),
            message: "`terraform show -json` failed: "),
        Answer(
            testDescription: "a plan that ends with a code of its own", script: when("plan", "exit 77"),
            message: "Terraform could not plan"),
        Answer(
            testDescription: "a plan that is killed", script: when("plan", "kill -9 $$"),
            message: "`terraform plan` was killed by signal 9"),
        Answer(
            testDescription: "a shown plan of nothing", script: when("show", "exit 0"),
            message: "The plan cannot be read: it is not JSON"),
        Answer(
            testDescription: "a shown plan of rubbish", script: when("show", "head -c 100000 /dev/urandom; exit 0"),
            message: "The plan cannot be read: it is not JSON"),
        Answer(
            testDescription: "a shown plan that is cut short",
            script: when("show", #"terraform "$@" | head -c 400; exit 0"#),
            message: "The plan cannot be read: it is not JSON"),
        Answer(
            testDescription: "a shown plan that is a list", script: when("show", "echo '[]'; exit 0"),
            message: "The plan cannot be read: it is no JSON object"),
        Answer(
            testDescription: "a shown plan of another major version",
            script: when("show", #"terraform "$@" | sed 's/"format_version":"1/"format_version":"9/'; exit 0"#),
            message: "The plan has format version `9."),
        Answer(
            testDescription: "a shown plan whose changes are no list",
            script: when("show", #"echo '{"format_version":"1.2","resource_changes":{}}'; exit 0"#),
            message: "The plan cannot be read: `resource_changes` has another form than is known"),
        Answer(
            testDescription: "a shown plan of 100,000 levels",
            script: when(
                "show",
                #"printf '{"format_version":"1.2","resource_changes":'; head -c 100000 /dev/zero | tr '\0' '['; exit 0"#
            ),
            message: "The plan cannot be read: it is not JSON"),
        Answer(
            testDescription: "a version of rubbish", script: when("version", "head -c 1000 /dev/urandom; exit 0"),
            message: "version -json` did not answer as Terraform does"),
        Answer(
            testDescription: "a version of nothing", script: when("version", "exit 0"),
            message: "version -json` did not answer as Terraform does"),
        Answer(
            testDescription: "a version that is no version",
            script: when("version", #"echo '{"terraform_version":"\u001b[2Jnew","platform":7}'; exit 0"#),
            message: "version -json` did not answer as Terraform does"),
        Answer(
            testDescription: "a failing version that speaks in escape sequences",
            script: when("version", #"printf '\033[2J\033]0;owned\007' >&2; exit 3"#),
            message: "version -json` did not answer as Terraform does"),
    ]

    @Test(arguments: plans)
    func `a plan that cannot be had fails in words, and the next one goes through`(answer: Answer) async throws {
        try await withProject { project in
            try project.writeSmallStack()
            try project.wrapTerraform(answer.script)
            let plan = try await project.stack("plan", "dev")
            #expect(plan.exitCode == answer.exitCode, "\(plan.description)")
            #expect(plan.stderr.contains(answer.message), "\(plan.description)")
            #expect(plan.stdout == "", "\(plan.description)")
            #expect(rawControls(in: plan.stderr) == [], "\(plan.description)")
            let statuses = try await project.runs().map { $0["status"] }
            #expect(statuses.allSatisfy { $0 == "failed" }, "\(statuses)")
            try project.remove("stack.yaml")
            try await project.expectApplicable()
        }
    }

    private static let applies = [
        Answer(
            testDescription: "an apply that says nothing and does nothing", script: when("apply", "exit 0"),
            message: "Terraform reported success but left no new state"),
        Answer(
            testDescription: "an apply that ends with a code of its own", script: when("apply", "exit 77"),
            message: "Terraform ended with exit code 77"),
        Answer(
            testDescription: "an apply that is killed", script: when("apply", "kill -9 $$"),
            message: "Terraform was killed by signal 9"),
        Answer(
            testDescription: "an apply that leaves rubbish for a state",
            script: when("apply", "echo '<html>' > terraform.tfstate; exit 0"), message: "state"),
        Answer(
            testDescription: "an apply that empties the state it has written",
            script: when("apply", #"terraform "$@"; : > terraform.tfstate; exit 0"#), message: "state"),
    ]

    @Test(arguments: applies)
    func `an apply that does not do its work fails in words, holds nothing, and the next one goes through`(
        answer: Answer
    ) async throws {
        try await withProject { project in
            try project.writeSmallStack()
            try project.wrapTerraform(answer.script)
            let applied = try await project.stack("apply", "dev", "--new", "--auto-approve")
            #expect(applied.exitCode == answer.exitCode, "\(applied.description)")
            #expect(applied.stderr.contains(answer.message), "\(applied.description)")
            #expect(try await project.runs().map { $0["status"] } == ["failed"])
            try project.remove("stack.yaml")
            try await project.expectApplicable()
        }
    }
}
