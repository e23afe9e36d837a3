import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// Terraform with a provider of protocol 6 through the gateway, and without.
@Suite struct GatewayTests {
    static func item(_ name: String, _ project: TestProject, _ more: String = "") -> String {
        """
        resource "marks_item" "\(name)" {
          name = "\(name)"
          file = "\(project.marksFile)"
          \(more)
        }

        """
    }

    @Test func `plans are the same as without, applied either way, and need fewer processes`() async throws {
        try await withProject { project in
            let folder = try await InitialisedFolder.withMarks(project, Self.item("a", project, "warn = \"few\""))
            try await folder.gateway("plan", "-out=first")
            let stock = try await folder.starts { try await folder.terraform("plan", "-out=stock") }
            let served = try await folder.starts {
                let planned = try await folder.gateway("plan", "-out=served", "-no-color")
                #expect(
                    planned.exitCode == 0 && planned.stdout.contains("Warning: A warning"), "\(planned.description)")
                #expect(planned.stderr == "", "\(planned.description)")
            }
            #expect(stock > 1 && served == 1)
            let plan = try await folder.terraform("show", "-json", "stock").json
            for name in ["first", "served"] {
                let shown = try await folder.terraform("show", "-json", name)
                #expect(try shown.json.comparablePlan == plan.comparablePlan, "\(name)")
            }
            let shown = try await folder.starts {
                let shown = try await folder.gateway("show", "-json", "stock")
                #expect(try shown.json == plan && shown.stderr == "", "\(shown.description)")
            }
            #expect(shown == 0)

            let applied = try await folder.terraform("apply", "served")
            #expect(applied.exitCode == 0, "\(applied.description)")
            try folder.write(Self.item("b", project))
            try await folder.terraform("plan", "-out=next")
            let next = try await folder.gateway("apply", "-no-color", "next")
            #expect(next.stdout.contains("1 added, 0 changed, 1 destroyed"), "\(next.description)")
            #expect(try folder.state() == ["marks_item.b": false] && project.marks.map(\.name) == ["b"])
            let destroyed = try await folder.gateway("destroy", "-auto-approve")
            #expect(destroyed.exitCode == 0 && project.marks == [], "\(destroyed.description)")
            #expect(folder.processes == [])
            #expect(project.files(below: "\(project.scratch)/tmp") == [])
        }
    }

    @Test func `what is larger than any window passes in both directions, and -chdir is followed`() async throws {
        try await withProject { project in
            let secret = String(repeating: "0123456789", count: 120_000)
            let folder = try await InitialisedFolder.withMarks(
                project, Self.item("a", project, "secret = \"\(secret)\""))
            let applied = try await project.stack(
                "gateway", "--", "terraform", "-chdir=infra", "apply", "-auto-approve", "-no-color",
                environment: folder.environment)
            #expect(applied.exitCode == 0 && applied.stderr == "", "\(applied.stderr)")
            let state = try JSONValue(parsing: Data(try project.read("infra/terraform.tfstate").utf8))
            let instance = state["resources"]?.arrayValue?.first?["instances"]?.arrayValue?.first
            #expect(instance?["attributes"]?["secret"]?.stringValue == secret)
            let planned = try await folder.gateway("plan", "-detailed-exitcode")
            #expect(planned.exitCode == 0, "\(planned.stderr)")
        }
    }

    @Test(arguments: [20, 60, 200])
    func `however long an error is that a provider gives for an answer, it is told, and nothing else is lost`(
        size: Int
    ) async throws {
        try await withProject { project in
            let text = String(repeating: "ABCDEFGHIJ", count: size * 100)
            let folder = try await InitialisedFolder.withMarks(
                project, Self.item("a", project, "status = \"\(text)\"") + Self.item("b", project, "delay = 1"))
            let applied = try await folder.start(gateway: ["apply", "-auto-approve", "-no-color"])
                .result(within: .seconds(60))
            #expect(applied.exitCode == 1)
            #expect(applied.stderr.contains(text.prefix(6000)))
            #expect(try folder.state() == ["marks_item.b": false], "\(applied.stderr.prefix(2000))")
            #expect(folder.processes == [])
        }
    }

    @Test func `a provider that answers before it has read the whole request is told as without`() async throws {
        try await withProject { project in
            // More than it takes in before it reads.
            let secret = String(repeating: "0123456789", count: 120_000)
            let folder = try await InitialisedFolder.withMarks(
                project, Self.item("a", project, "secret = \"\(secret)\""))
            let refusal = ["MARKS_DOES_NOT_PLAN": "1"]
            let stock = try await folder.start(["plan", "-no-color"], environment: refusal).result()
            let served = try await folder.gateway("plan", "-no-color", environment: refusal)
            #expect(stock.exitCode == 1 && stock.stderr.contains("Unsupported plugin method"), "\(stock.description)")
            #expect(
                served.exitCode == 1 && served.stderr.hasPrefix(stock.stderr),
                "\(stock.description)\n\(served.description)")
            #expect(folder.processes == [])
        }
    }

    @Test func `a yes with a status that is an error is not remembered`() async throws {
        try await withProject { project in
            let folder = try await InitialisedFolder.withMarks(project, Self.item("a", project))
            for _ in 1...2 {
                let planned = try await folder.gateway(
                    "plan", "-no-color", environment: ["MARKS_VALIDATION_FAILS": "1"])
                #expect(
                    planned.exitCode == 1 && planned.stderr.contains("code = DataLoss"), "\(planned.description)")
            }
            #expect(project.files(below: project.scratch + "/cache/stack/validations") == [])
        }
    }

    @Test(arguments: ["nothing = 1", "warn = [", "warn = marks_item.b.id", "count = \"x\""])
    func `a wrong configuration is told as without`(line: String) async throws {
        try await withProject { project in
            let folder = try await InitialisedFolder.withMarks(project, Self.item("a", project))
            try folder.write(Self.item("a", project, line))
            for command in [["plan", "-no-color"], ["validate", "-json"]] {
                let stock = try await folder.start(command).result()
                let served = try await folder.start(gateway: command).result()
                #expect(stock.exitCode == 1 && served.exitCode == 1)
                #expect(served.stdout == stock.stdout)
                // Nothing but a line of the gateway's own, before or after.
                let isSame = served.stderr.hasPrefix(stock.stderr) || served.stderr.hasSuffix(stock.stderr)
                #expect(isSame, "\(served.description)")
            }
        }
    }

    @Test(arguments: ["resource", "data", "ephemeral"])
    func `a type that does not exist is told with the similar one that does`(block: String) async throws {
        try await withProject { project in
            let folder = try await InitialisedFolder.withMarks(project, Self.item("a", project))
            try project.write("\(block) \"marks_othr\" \"a\" {}\n", to: InitialisedFolder.name + "/more.tf")
            let stock = try await folder.terraform("plan", "-no-color")
            let served = try await folder.gateway("plan", "-no-color")
            #expect(
                served.exitCode == 1 && served.stderr == stock.stderr, "\(stock.description)\n\(served.description)")
            if block == "resource" { #expect(served.stderr.contains("Did you mean \"marks_other\"?")) }
        }
    }

    @Test func `a type that was cut is told of with the whole schema`() async throws {
        try await withProject { project in
            let folder = try await InitialisedFolder.withMarks(project, Self.item("a", project))
            func schemas(_ options: String...) async throws -> [String]? {
                let result = try await folder.gateway("validate", "-json", options: options)
                #expect(result.exitCode == 0, "\(result.description)")
                return try await folder.gateway("providers", "schema", "-json").json["provider_schemas"]?[
                    "provider.test/stack/marks"]?["resource_schemas"]?.objectValue?.keys.sorted()
            }
            #expect(try await schemas() == ["marks_item", "marks_other"])
            // A name that Terraform looks for and the text does not hold in one piece.
            let file = InitialisedFolder.name + "/more.tf.json"
            try project.write(#"{"resource":{"marks_\u006fther":{"a":{"name":"a","file":"b"}}}}"#, to: file)
            let cut = try await folder.gateway("validate", "-no-color")
            #expect(cut.exitCode == 1 && cut.stderr.contains("Invalid resource type"), "\(cut.description)")
            #expect(cut.stderr.contains("`stack gateway --whole-schema -- …` tells it of all"), "\(cut.description)")
            let whole = try await folder.gateway("validate", options: ["--whole-schema"])
            #expect(whole.exitCode == 0, "\(whole.description)")
        }
    }

    @Test func `a question that Terraform asks is answered at the terminal`() async throws {
        try await withProject { project in
            let folder = try await InitialisedFolder.withMarks(project, Self.item("a", project))
            let terminal = try project.terminal(
                "gateway", "-C", project.path(InitialisedFolder.name), "--", "terraform", "apply",
                environment: folder.environment)
            try await terminal.wait(for: "Enter a value:")
            #expect(project.marks == [])
            terminal.type("yes\n")
            #expect(try await terminal.exitCode() == 0, "\(terminal.text)")
            #expect(project.marks.map(\.name) == ["a"])
        }
    }

    @Test func `what a provider prints is taken from it`() async throws {
        try await withProject { project in
            let folder = try await InitialisedFolder.withMarks(project, Self.item("a", project))
            let applied = try await folder.gateway(
                "apply", "-auto-approve", "-no-color", environment: ["MARKS_PRINTS": "1000"])
            #expect(applied.exitCode == 0 && applied.stderr == "", "\(applied.description)")
            #expect(!applied.stdout.contains("a line that nobody wants"))
        }
    }

    /// A Terraform that Terraform starts inherits the setting that leads to the gateway.
    @Test func `a Terraform further down has its own environment, folder and configuration`() async throws {
        try await withProject { project in
            try await project.useMarksProvider(in: InitialisedFolder.name)
            try InitialisedFolder.changeProvider(project) {
                "#!/bin/sh\necho \"${PWD##*/} $WHO\" >> '\(project.scratch)/who'\n" + $0.dropFirst("#!/bin/sh\n".count)
            }
            let folder = try await InitialisedFolder(
                project,
                Self.item("outer", project) + """
                    resource "terraform_data" "inner" {
                      depends_on = [marks_item.outer]
                      provisioner "local-exec" {
                        command     = "terraform apply -auto-approve"
                        working_dir = "../nested"
                        environment = { WHO = "nested" }
                      }
                    }

                    """)
            let nested = project.path("nested")
            try FileManager.default.copyItem(atPath: project.path(InitialisedFolder.name), toPath: nested)
            // With a type that the outer one does not name.
            try project.write(
                Self.item("inner", project)
                    + "resource \"marks_other\" \"none\" {\n  count = 0\n  name  = \"a\"\n  file  = \"b\"\n}\n",
                to: "nested/main.tf")
            let applied = try await folder.gateway("apply", "-auto-approve", "-no-color", environment: ["WHO": "outer"])
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(project.marks.map(\.name) == ["outer", "inner"])
            let started = Set(try project.read(project.scratch + "/who").split(separator: "\n"))
            #expect(started == ["infra outer", "nested nested"])
            #expect(folder.processes == [])
        }
    }

    @Test func `the exit code is the command's`() async throws {
        try await withProject { project in
            let folder = try await InitialisedFolder.withMarks(project, Self.item("a", project))
            #expect(try await folder.gateway("plan", "-detailed-exitcode").exitCode == 2)
            #expect(try await folder.gateway("no-such-command").exitCode == 1)
            let missing = try await project.stack("gateway", "--", "no-such-program", "plan")
            #expect(missing.exitCode == 1 && missing.stderr.contains("`no-such-program` was not found on PATH"))
            let killed = try await project.stack("gateway", "--", "sh", "-c", "kill -KILL $$")
            #expect(killed.exitCode == 137)
        }
    }

    @Test func `a provider that panics is told as one that crashed, with its trace`() async throws {
        try await withProject { project in
            // After the crash Terraform goes on to ask the provider for the others.
            let others = ["b", "c", "d", "e"].map { Self.item($0, project) }.joined()
            let folder = try await InitialisedFolder.withMarks(
                project, Self.item("a", project, "panic = \"no mark is left\"") + others)
            let applied = try await folder.gateway("apply", "-auto-approve", "-no-color", "-parallelism=1")
            #expect(applied.exitCode == 1)
            for text in ["Plugin did not respond", "panic: no mark is left", "main.(*item).Create"] {
                #expect(applied.stderr.contains(text), "\(applied.description)")
            }
            #expect(folder.processes == [])
        }
    }
}
