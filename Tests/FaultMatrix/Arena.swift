import Foundation
package import Glibc
package import JSON
package import TestSupport

/// A stack whose resources leave marks outside of Terraform's sight, for runs that are broken again and again: what one
/// round leaves behind, the next one starts from.
package struct Arena: Sendable {
    package let project: TestProject
    /// Where its data lie, when that is no ordinary disk.
    let disk: SmallDisk?

    let resource: Resource

    static let groups = ["first", "second"]
    /// Resources in a group; the second is made after the first.
    static let count = 5

    /// What leaves the marks.
    enum Resource: String {
        /// Terraform itself, by a shell.
        case builtIn = "terraform_data"
        /// A provider in a process of its own.
        case provided = "marks_item"
    }

    package init(_ project: TestProject) async throws { try await self.init(project, disk: nil, .builtIn) }

    init(_ project: TestProject, disk: SmallDisk?, _ resource: Resource) async throws {
        self.project = project
        self.disk = disk
        self.resource = resource
        try project.wrapTerraform("")
        if resource == .provided { try await project.useMarksProvider() }
        try project.write(
            "variable \"round\" { type = number }\n\n" + resources("first")
                + resources("second", dependsOn: "\(resource.rawValue).first"), to: "modules/app/main.tf")
    }

    /// Each leaves a mark with the round, its index and its id before it is done.
    private func resources(_ group: String, dependsOn other: String = "") -> String {
        let name = "${var.round}-${count.index}"
        let content =
            switch resource {
            case .builtIn:
                """
                triggers_replace = [var.round]
                provisioner "local-exec" {
                  command = "sleep 0.1; echo \(name) ${self.id} >> '\(marksFile(group))'; sleep 0.1"
                }
                """
            case .provided:
                """
                name  = "\(name)"
                file  = "\(marksFile(group))"
                delay = 0.2
                """
            }
        return """
            resource "\(resource.rawValue)" "\(group)" {
              count      = \(Self.count)
              depends_on = [\(other)]
              \(content)
            }

            """
    }

    private func marksFile(_ group: String) -> String { "\(project.scratch)/marks-\(group)" }

    /// Wants every resource made anew.
    package func begin(round: Int) throws {
        try project.writeStack(
            "app", spec: "variables: {round: \(round)}\nconfiguration: {terraform: {parallelism: 3}}")
    }

    /// The project's data folder, as it is seen from here.
    var data: String { disk?.folder ?? project.path(".stack") }

    /// What has certainly been made outside.
    package struct Mark: Sendable {
        package let address: String
        package let id: String
    }

    package func marks(of round: Int) -> [Mark] {
        Self.groups.flatMap { group in
            let text = (try? project.read(marksFile(group))) ?? ""
            return text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
                .filter { $0.count == 2 && $0[0].hasPrefix("\(round)-") }
                .map { words in
                    let index = words[0].dropFirst("\(round)-".count)
                    return Mark(address: "\(resource.rawValue).\(group)[\(index)]", id: words[1])
                }
        }
    }

    /// The processes that work on a run.
    package enum Role: String, Sendable {
        case follower, executor, terraform, provider

        fileprivate func matches(_ arguments: [String]) -> Bool {
            let name = arguments.first.map { ($0 as NSString).lastPathComponent } ?? ""
            let command = arguments.dropFirst().first
            return switch self {
            case .follower: name.hasPrefix("stack") && command == "apply"
            case .executor: name.hasPrefix("stack") && command == "execute"
            case .terraform: name == "terraform" && command == "apply"
            case .provider: arguments.contains { $0.hasSuffix("/terraform-provider-marks") }
            }
        }
    }

    package func processes(_ role: Role) -> [pid_t] {
        project.livingProcesses.filter { role.matches(arguments(of: $0)) }
    }
}

extension Arena {
    /// Recovers until a run is over and nothing of it lives.
    ///
    /// - Returns: the run, what the recoveries said, and how long that took.
    package func settle(_ run: String) async throws -> (run: JSONValue, words: String, duration: Duration) {
        let start = ContinuousClock.now
        var words = ""
        let settled = try await eventually("the end of the run \(run)", within: .seconds(120)) { () -> JSONValue? in
            let recovered = try await succeed("recover")
            words += recovered.stdout + recovered.stderr
            let document = try await succeed("run", run, "-o", "json").json
            // An executor that dies before it begins leaves a plan that can still be applied.
            let isOver = document["endedAt"]?.isNull == false || document["status"] == "planned"
            return isOver && project.livingProcesses.isEmpty ? document : nil
        }
        return (settled, words, ContinuousClock.now - start)
    }

    /// The marks of a round that are neither in the state under their id nor reported as unknown.
    package func lost(in run: JSONValue, round: Int) async throws -> [String] {
        let state = try await project.state(of: "app")
        let unknown = unknownAddresses(run)
        return marks(of: round).filter { !unknown.contains($0.address) && !state.ids(at: $0.address).contains($0.id) }
            .map { "\($0.address) with the id \($0.id)" }
    }

    package func unknownAddresses(_ run: JSONValue) -> Set<String> {
        Set(run["unknownResources"]?.arrayValue?.compactMap { $0["address"]?.stringValue } ?? [])
    }

    /// No lock is held, nothing lives, and no state lies in clear where a run was, but for one that was not whole, is
    /// kept as evidence and said to be.
    package func requireNothingLeft(by run: String) async throws {
        let locks = try await succeed("state", "locks", "-o", "json")
        guard try locks.json == [] else { throw Timeout("a lock is held: \(locks.description)") }
        guard project.livingProcesses.isEmpty else { throw Timeout("processes live: \(project.livingProcesses)") }
        let left = project.files(below: "\(data)/workspaces").filter { $0.hasSuffix(".tfstate") }
        let log = try await project.stack("logs", run).description
        let unexplained = left.filter { file in
            !file.contains("/kept-") || file.contains(run) && !log.contains("kept as evidence")
        }
        guard unexplained.isEmpty else { throw Timeout("a state in clear is left: \(unexplained)\n\(log)") }
    }

    /// The stack can be applied to the end, and then there is nothing more to do.
    package func finish() async throws {
        _ = try await succeed("apply", "app", "--new", "--auto-approve")
        _ = try await succeed("plan", "app", "--detailed-exitcode")
    }

    /// Runs `stack`.
    ///
    /// - Throws: with everything that it said, unless its exit code is 0.
    @discardableResult
    package func succeed(_ arguments: String...) async throws -> CommandResult {
        let result = try await project.start(stack: arguments).result()
        guard result.exitCode == 0 else { throw Timeout(result.description) }
        return result
    }
}

extension JSONValue {
    /// The ids that a state has at an address, deposed objects included.
    fileprivate func ids(at address: String) -> [String] {
        (self["resources"]?.arrayValue ?? []).flatMap { resource in
            let name = "\(resource["type"]?.stringValue ?? "").\(resource["name"]?.stringValue ?? "")"
            return (resource["instances"]?.arrayValue ?? []).filter { instance in
                "\(name)[\(instance["index_key"]?.integerValue ?? -1)]" == address
            }
        }.compactMap { $0["attributes"]?["id"]?.stringValue }
    }
}
