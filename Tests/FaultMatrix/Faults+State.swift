import Foundation
import TestSupport

extension Fault {
    /// All processes killed, and the state file as a kill between Terraform's truncating and writing it may leave it.
    static let ofStateFiles: [Fault] = [
        ofState("cut to half") { try Data(contentsOf: $0).halved.write(to: $0) },
        ofState("cut to nothing") { try Data().write(to: $0) },
        ofState("removed") { try FileManager.default.removeItem(at: $0) },
    ]

    private static func ofState(_ name: String, damage: @escaping @Sendable (URL) throws -> Void) -> Fault {
        Fault(
            name: "the state file \(name)", moments: Moment.spreadOverTerraform(10),
            endings: ["interrupted", "succeeded"]
        ) { trial in
            killAll(of: trial)
            let project = trial.arena.project
            for file in project.files(below: ".stack/workspaces")
            where file.hasSuffix("/terraform.tfstate") && !file.contains("/kept-") {
                try damage(URL(filePath: project.path(".stack/workspaces/\(file)")))
            }
        }
    }
}

extension Data {
    fileprivate var halved: Data { prefix(count / 2) }
}
