import Foundation
import JSON
import TestSupport
import Testing

/// A folder that `terraform init` has prepared, with Terraform alone and through the gateway.
struct InitialisedFolder {
    let project: TestProject
    let environment: [String: String]
    /// From the project's root.
    static let name = "infra"

    /// One with the tests' own provider, which notes each of its starts.
    static func withMarks(_ project: TestProject, _ configuration: String) async throws -> InitialisedFolder {
        try await project.useMarksProvider(in: name)
        try changeProvider(project) {
            "#!/bin/sh\necho start >> '\(project.scratch)/starts'\n" + $0.dropFirst("#!/bin/sh\n".count)
        }
        return try await InitialisedFolder(project, configuration)
    }

    /// Changes the script that is the tests' provider, where it is installed from.
    static func changeProvider(_ project: TestProject, _ change: (String) -> String) throws {
        let mirror = project.scratch + "/providers"
        let programs = project.files(below: mirror)
        try #require(programs.count == 1)
        let path = "\(mirror)/\(programs[0])"
        try project.write(change(try project.read(path)), to: path, permissions: 0o755)
    }

    init(_ project: TestProject, _ configuration: String, environment: [String: String] = [:]) async throws {
        self.project = project
        self.environment = environment.merging(["XDG_CACHE_HOME": project.scratch + "/cache"]) { $1 }
        try write(configuration)
        let initialised = try await terraform("init", "-no-color")
        try #require(initialised.exitCode == 0, "\(initialised.description)")
    }

    func write(_ configuration: String) throws { try project.write(configuration, to: "\(Self.name)/main.tf") }

    /// Terraform alone.
    @discardableResult
    func terraform(_ arguments: String...) async throws -> CommandResult {
        try await start(arguments).result(within: .seconds(300))
    }

    func start(_ arguments: [String], environment more: [String: String] = [:]) throws -> RunningProcess {
        try project.start(
            "terraform", arguments, environment: environment.merging(more) { $1 }, in: project.path(Self.name))
    }

    /// The same through the gateway.
    @discardableResult
    func gateway(
        _ arguments: String..., options: [String] = [], environment more: [String: String] = [:]
    ) async throws -> CommandResult {
        try await start(gateway: arguments, options: options, environment: more).result(within: .seconds(300))
    }

    func start(
        gateway arguments: [String], options: [String] = [], environment more: [String: String] = [:]
    ) throws -> RunningProcess {
        try project.start(
            stack: ["gateway"] + options + ["--", "terraform"] + arguments,
            environment: environment.merging(more) { $1 }, in: project.path(Self.name))
    }

    /// How often the tests' provider was started.
    var starts: Int {
        let text = (try? String(contentsOfFile: project.scratch + "/starts", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").count
    }

    /// How many providers were started meanwhile.
    func starts(during work: () async throws -> Void) async throws -> Int {
        let before = starts
        try await work()
        return starts - before
    }

    /// The resources in the state: address and whether it is tainted.
    func state() throws -> [String: Bool] {
        guard project.exists("\(Self.name)/terraform.tfstate") else { return [:] }
        let state = try JSONValue(parsing: Data(try project.read("\(Self.name)/terraform.tfstate").utf8))
        return Dictionary(
            uniqueKeysWithValues: (state["resources"]?.arrayValue ?? []).map { resource in
                let address = "\(resource["type"]?.stringValue ?? "").\(resource["name"]?.stringValue ?? "")"
                return (address, resource["instances"]?.arrayValue?.first?["status"] == "tainted")
            })
    }

    /// Living providers and Terraforms of this test.
    var processes: [String] {
        project.livingProcesses.map { arguments(of: $0).joined(separator: " ") }
            .filter { $0.contains("terraform") && !$0.contains("moto") }
    }
}

extension JSONValue {
    /// A plan without what differs between two plans of the same.
    var comparablePlan: JSONValue {
        var members = objectValue ?? [:]
        members["timestamp"] = nil
        members["relevant_attributes"] = .array(
            (members["relevant_attributes"]?.arrayValue ?? []).sorted { $0.text < $1.text })
        return .object(members)
    }
}
