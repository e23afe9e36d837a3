import JSON
import TestSupport
import Testing

/// `stack drift` with a provider whose resources somebody deletes.
@Suite struct DriftTests {
    /// Two stacks of one item each, applied, with a cluster.
    private func writeApplied(_ project: TestProject) async throws {
        try await project.useMarksProvider()
        try project.write(
            """
            variable "name" {
              type = string
            }

            resource "marks_item" "a" {
              name = var.name
              file = "\(project.marksFile)"
            }

            output "cluster_name" {
              value = var.name
            }

            """, to: "modules/app/main.tf")
        for name in ["one", "two"] {
            try project.writeStack(name, spec: "variables: {name: \(name)}\ncluster: {handle: \(name)}")
        }
        let applied = try await project.stack("apply", "--all", "--new", "--auto-approve")
        try #require(applied.exitCode == 0, "\(applied.description)")
    }

    /// As somebody does who knows nothing of Terraform.
    private func delete(_ name: String, _ project: TestProject) throws {
        let left = project.marks.filter { $0.name != name }
        try project.write(left.map { "\($0.name) \($0.id)\n" }.joined(), to: project.marksFile)
    }

    private func drift(_ project: TestProject) async throws -> [String: JSONValue] {
        let list = try await project.stack("list", "-o", "json").json.arrayValue ?? []
        return Dictionary(list.map { ($0["name"]?.stringValue ?? "", $0["drift"] ?? .null) }) { $1 }
    }

    @Test func `what somebody deleted is found, shown everywhere, and forgotten when it is accepted or put back`()
        async throws
    {
        try await withProject { project in
            try await writeApplied(project)
            #expect(try await project.stack("drift", "--all").exitCode == 0)
            try delete("one", project)
            let found = try await project.stack("drift", "--all", "-q")
            #expect(found.exitCode == 2, "\(found.description)")
            #expect(found.stdout.contains("── one\n  # marks_item.a has been deleted\n"), "\(found.description)")
            #expect(!found.stdout.contains("── two"))
            #expect(found.stdout.contains("1 object has changed outside of Terraform.\n"))
            let table = found.filtered(project.filter).lines.suffix(4)
            #expect(
                Array(table) == [
                    "STACK  RESULT   OBJECTS  SINCE                 RUN", "one    drifted  1        <time>  <run>",
                    "two    in sync           <time>  <run>", "",
                ])
            let known = try await drift(project)
            #expect(known["one"]?["result"] == "drifted")
            #expect(known["one"]?["objects"] == [["address": "marks_item.a", "action": "deleted", "attributes": []]])
            #expect(known["two"]?["result"] == "inSync")
            #expect(try await project.stack("drift", "--all", "-q", "-o", "name").stdout == "one\n")
            try await expectShown(project)

            let accepted = try await project.stack("apply", "one", "--refresh-only", "--auto-approve")
            #expect(accepted.exitCode == 0, "\(accepted.description)")
            #expect(try await drift(project)["one"] == .null)
            let again = try await project.stack("drift", "one")
            #expect(again.stdout == "`one` has no resources: nothing of it can have drifted.\n")
            #expect(try await project.stack("apply", "one", "--auto-approve").exitCode == 0)
            #expect(try await project.stack("drift", "one").exitCode == 0)
        }
    }

    private func expectShown(_ project: TestProject) async throws {
        let list = try await project.stack("list").filtered(project.filter)
        #expect(
            list.stdout == """
                NAME  SOURCE            LABELS  FILE             DRIFT
                one   path modules/app          stacks/one.yaml  drifted since <time>
                two   path modules/app          stacks/two.yaml  in sync <time>

                """)
        let clusters = try await project.stack("clusters", "list").filtered(project.filter)
        #expect(clusters.stdout.contains("  DRIFT\n") && clusters.stdout.contains("<time>  drifted since <time>\n"))
        let shown = try await project.stack("clusters", "show", "one").filtered(project.filter)
        #expect(shown.stdout.contains("\ndrift                   drifted since <time>\n"), "\(shown.description)")
        let cluster = try await project.stack("clusters", "show", "one", "-o", "json").json
        #expect(cluster["drift"]?["objects"]?.arrayValue?.count == 1)
        // A view of it is kept, in which nothing can be applied.
        let run = try #require(cluster["drift"]?["run"]?.stringValue)
        let again = try await project.stack("run", run)
        #expect(again.stdout.contains("# marks_item.a has been deleted"), "\(again.description)")
        #expect(try await project.stack("drift", "one", "-q").stdout.contains("It was found first "))
    }

    @Test func `one that drifts, is unreachable and drifts still has done so since it was found first`() async throws {
        try await withProject { project in
            try await writeApplied(project)
            try delete("one", project)
            #expect(try await project.stack("drift", "one").exitCode == 2)
            let since = try await drift(project)["one"]?["since"]
            let away = try await project.stack("drift", "--all", environment: ["MARKS_VALIDATION_FAILS": "1"])
            #expect(away.exitCode == 1, "\(away.description)")
            #expect(
                try await drift(project).mapValues { $0["result"] } == ["one": "unreachable", "two": "unreachable"])
            #expect(try await project.stack("drift", "--all").exitCode == 2)
            #expect(try await drift(project)["one"]?["since"] == since)
        }
    }
}
