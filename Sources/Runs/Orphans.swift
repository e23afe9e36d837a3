package import Definitions
import Files
import Records
package import SystemPackage

/// A stack whose definition is gone and whose resources are not: deleted, or renamed.
package struct OrphanedStack: Hashable, Sendable {
    package let name: String
    /// How many its state holds.
    package let resources: Int

    package var resourcesText: String { "\(resources) \(resources == 1 ? "resource" : "resources")" }
}

extension ProjectStore {
    /// The stacks that the project no longer defines and whose state holds resources, by name. Of a project whose
    /// definitions could not all be read the answer means nothing.
    package func orphans() async throws -> [OrphanedStack] {
        var orphans: [OrphanedStack] = []
        for row in try await records.stacks() where project.stack(named: row.name) == nil {
            guard let version = try await records.newestSettledState(of: row.id), version.resources > 0 else {
                continue
            }
            orphans.append(OrphanedStack(name: row.name, resources: version.resources))
        }
        return orphans
    }

    /// What is kept of the project, when anything is; nothing is made.
    package static func existing(
        project: Project, root: FilePath, environment: [String: String]
    ) async throws -> ProjectStore? {
        let place = DatabasePlace(dataFolder: dataFolder(of: root, environment), environment: environment)
        guard try place.isBegun(root: root) else { return nil }
        return try await open(project: project, root: root, environment: environment)
    }
}
