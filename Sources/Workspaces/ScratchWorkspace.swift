import Files
import FoundationEssentials
package import SystemPackage
package import Templates
package import Terraform

/// A module laid out and initialised for a look at it, in a folder that is gone afterwards. No stack, no state.
package func withScratchWorkspace<Value>(
    of source: ModuleSource, cacheFolder: FilePath, terraform: TerraformTool, environment: [String: String],
    _ work: (Workspace) async throws -> Value
) async throws -> Value {
    let root = cacheFolder.appending("scratch-\(UInt64.random(in: .min ... .max))")
    try makePrivateFolder(root.appending("source"))
    defer { try? removeTree(root) }
    let workspace = Workspace(root: root, slot: 0, workingFolder: source.workingFolder, holder: nil)
    try workspace.materialise(source)
    let initialiser = Initialiser(cacheFolder: cacheFolder, terraform: terraform, environment: environment)
    _ = try await initialiser.initialise(workspace, source: source) {}
    return try await work(workspace)
}
