import Foundation
import TestSupport

extension Fault {
    /// State files as a kill between Terraform's truncating and writing, or somebody's hand, may leave them.
    static let ofStateFiles: [Fault] = [
        afterAKill("cut to half") { try Data(contentsOf: $0).halved.write(to: $0) },
        afterAKill("cut to nothing") { try Data().write(to: $0) },
        afterAKill("removed") { try FileManager.default.removeItem(at: $0) },
        Fault(
            name: "the state file removed while Terraform lives", moments: Moment.spreadOverTerraform(10),
            endings: ["failed", "succeeded"]
        ) { trial in try damageState(of: trial) { try FileManager.default.removeItem(at: $0) } },
    ]

    private static func afterAKill(_ name: String, damage: @escaping @Sendable (URL) throws -> Void) -> Fault {
        Fault(
            name: "the state file \(name) after a kill", moments: Moment.spreadOverTerraform(10),
            endings: ["interrupted", "succeeded"]
        ) { trial in
            let hasKilled = killAll(of: trial)
            return try damageState(of: trial, damage) && hasKilled
        }
    }

    /// - Returns: whether there was a state.
    private static func damageState(of trial: Trial, _ damage: (URL) throws -> Void) throws -> Bool {
        let project = trial.arena.project
        let states = project.files(below: ".stack/workspaces").filter {
            $0.hasSuffix("/terraform.tfstate") && !$0.contains("/.terraform/") && !$0.contains("/kept-")
        }
        for file in states { try damage(URL(filePath: project.path(".stack/workspaces/\(file)"))) }
        return !states.isEmpty
    }
}

extension Data {
    fileprivate var halved: Data { prefix(count / 2) }
}
