import Foundation
import Glibc
import JSON
import TestSupport

/// The rounds of a soak: each changes every resource of a stack, kills something meanwhile, recovers, and looks.
struct KillSoak {
    let project: TestProject

    struct Round: CustomStringConvertible {
        let number: Int
        let victims: Set<Victim>
        let delay: Duration

        init(number: Int, using generator: inout SeededGenerator) {
            self.number = number
            victims = Set(Victim.allCases.filter { _ in Bool.random(using: &generator) })
            delay = .milliseconds(Int.random(in: 0...1500, using: &generator))
        }

        var description: String {
            "round \(number), \(victims.map(\.rawValue).sorted().joined(separator: " and ")) killed after \(delay)"
        }
    }

    enum Victim: String, CaseIterable {
        case follower
        case executor
        case terraform

        /// Whether a process is this one, by its arguments.
        func matches(_ arguments: [String]) -> Bool {
            let name = arguments.first.map { ($0 as NSString).lastPathComponent }
            let command = arguments.dropFirst().first
            return switch self {
            case .follower: name == "stack" && command == "apply"
            case .executor: name == "stack" && command == "execute"
            case .terraform: name == "terraform" && command == "apply"
            }
        }
    }

    private var marks: String { project.scratch + "/marks" }

    /// Every resource leaves a mark outside, with the round and its id, before it is done.
    func writeModule() throws {
        let provisioner = """
              provisioner "local-exec" {
                command = "sleep 0.1; echo ${var.round} ${count.index} ${self.id} >> '\(marks)-GROUP'; sleep 0.1"
              }
            """
        let resource = """
            resource "terraform_data" "GROUP" {
              count            = 5
              triggers_replace = [var.round]DEPENDS
            \(provisioner)
            }

            """
        func group(_ name: String, after other: String?) -> String {
            resource.replacingOccurrences(of: "GROUP", with: name)
                .replacingOccurrences(
                    of: "DEPENDS", with: other.map { "\n  depends_on       = [terraform_data.\($0)]" } ?? "")
        }
        try project.write(
            "variable \"round\" { type = number }\n\n" + group("first", after: nil) + group("second", after: "first"),
            to: "modules/app/main.tf")
    }

    func play(_ round: Round) async throws {
        try project.writeStack("app", spec: "variables: {round: \(round.number)}")
        let apply = try project.start("apply", "app", "--new", "--auto-approve")
        try await eventually("an executor, or the end") { !apply.isRunning || !processes(.executor).isEmpty }
        try await Task.sleep(for: round.delay)
        for victim in round.victims {
            for process in processes(victim) { kill(process, SIGKILL) }
        }
        _ = try await apply.result()
        let run = try await settledRun()
        try await checkNothingIsLost(in: run, round)
        try await finish()
    }

    private func processes(_ victim: Victim) -> [pid_t] {
        project.livingProcesses.filter { process in
            let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            return victim.matches(line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
        }
    }

    /// Recovers until the run is over.
    private func settledRun() async throws -> JSONValue {
        try await eventually("the end of the run", within: .seconds(120)) {
            try succeed(try await project.stack("recover"))
            guard let run = try await project.runs(of: "app").first else { return nil }
            // An executor that dies before it begins leaves a plan that can still be applied.
            let isOver = run["endedAt"]?.isNull == false || run["status"] == "planned"
            return isOver && project.livingProcesses.isEmpty ? run : nil
        }
    }

    /// Each mark of the round is in the state under its id, or its address is reported; and no lock is held.
    private func checkNothingIsLost(in run: JSONValue, _ round: Round) async throws {
        let state = try await project.state(of: "app")
        let unknown = Set(run["unknownResources"]?.arrayValue?.compactMap { $0["address"]?.stringValue } ?? [])
        for group in ["first", "second"] {
            let text = (try? project.read("\(marks)-\(group)")) ?? ""
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ").map(String.init)
                guard words.first == "\(round.number)" else { continue }
                let address = "terraform_data.\(group)[\(words[1])]"
                guard unknown.contains(address) || state.ids(of: group, index: words[1]).contains(words[2]) else {
                    throw Timeout("the mark of \(address) with the id \(words[2]) is nowhere; run \(run.text)")
                }
            }
        }
        let locks = try await project.stack("state", "locks", "-o", "json")
        guard try locks.json == [] else { throw Timeout("a lock is held: \(locks.description)") }
        guard project.livingProcesses.isEmpty else { throw Timeout("processes live: \(project.livingProcesses)") }
        try await checkNothingIsLeft(by: run["id"]?.stringValue ?? "")
    }

    /// No state lies in clear where a run was, but for one that was not whole, is kept as evidence and said to be.
    private func checkNothingIsLeft(by run: String) async throws {
        let left = project.files(below: ".stack/workspaces").filter { $0.hasSuffix(".tfstate") }
        let log = try await project.stack("logs", run).description
        let unexplained = left.filter { file in
            !file.contains("/kept-") || file.contains(run) && !log.contains("kept as evidence")
        }
        guard unexplained.isEmpty else { throw Timeout("a state in clear is left: \(unexplained)\n\(log)") }
    }

    /// The stack can be applied to the end, and then there is nothing more to do.
    private func finish() async throws {
        try succeed(try await project.stack("apply", "app", "--new", "--auto-approve"))
        try succeed(try await project.stack("plan", "app", "--detailed-exitcode"))
    }

    private func succeed(_ result: CommandResult) throws {
        guard result.exitCode == 0 else { throw Timeout(result.description) }
    }
}

extension JSONValue {
    /// The ids that a state has for one instance, deposed ones included.
    fileprivate func ids(of name: String, index: String) -> [String] {
        (self["resources"]?.arrayValue ?? []).filter { $0["name"]?.stringValue == name }
            .flatMap { $0["instances"]?.arrayValue ?? [] }.filter { $0["index_key"]?.integerValue == Int(index) }
            .compactMap { $0["attributes"]?["id"]?.stringValue }
    }
}
