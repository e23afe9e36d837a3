import Diagnostics
import Files
import FoundationEssentials
import Glibc
package import SystemPackage

/// The workspaces of one stack: `.stack/workspaces/<stack id>/<slot>/`, 0700.
///
/// `path.cwd` and `abspath()` are values that a plan sees, so a stack's runs use the same path again and again: slot 0,
/// unless a living run holds it.
package struct WorkspaceSlots: Sendable {
    /// The folder of all the stack's slots.
    package let folder: FilePath

    /// More slots than anybody plans one stack in at a time.
    private static let limit = 64

    package init(dataFolder: FilePath, stack: String) {
        folder = dataFolder.appending("workspaces").appending(stack)
    }

    /// Takes a free slot for a run, atomically between processes.
    ///
    /// - Parameters:
    ///   - only: the one slot that will do: the one that a plan was made in, or 0 for a module that uses its path.
    ///   - isLiving: whether the run of that id is still at work; the slot of one that is not is taken over.
    /// - Returns: nil when the slot is held, or all are.
    package func claim(
        run: String, only: Int? = nil, workingFolder: String, isLiving: (String) async throws -> Bool
    ) async throws -> Workspace? {
        try makePrivateFolder(folder)
        for slot in only.map({ $0...$0 }) ?? 0...Self.limit - 1 {
            let root = folder.appending("\(slot)")
            if try place(run, at: root) { return Workspace(root: root, slot: slot, workingFolder: workingFolder) }
            guard let holder = try holder(of: root), holder != run else { continue }
            guard try await !isLiving(holder) else { continue }
            try removeTree(root)
            if try place(run, at: root) { return Workspace(root: root, slot: slot, workingFolder: workingFolder) }
        }
        return nil
    }

    /// The workspace that a run holds, as its record names it; nil when it is gone or another run's by now.
    package static func workspace(at root: FilePath, run: String, workingFolder: String) throws -> Workspace? {
        guard let slot = root.lastComponent.flatMap({ Int($0.string) }), try holderName(of: root) == run else {
            return nil
        }
        return Workspace(root: root, slot: slot, workingFolder: workingFolder)
    }

    /// A folder that already names its run is renamed into place: nobody ever sees a slot without a holder.
    private func place(_ run: String, at root: FilePath) throws -> Bool {
        guard !exists(root) else { return false }
        let fresh = folder.appending("new-\(run)-\(UInt32.random(in: .min ... .max))")
        try makePrivateFolder(fresh)
        try makePrivateFolder(fresh.appending("source"))
        try writeFile(Data(run.utf8), to: fresh.appending("run"))
        // Onto a folder that is not empty this fails, and so the second of two loses.
        if rename(fresh.string, root.string) == 0 { return true }
        let reason = errno
        try removeTree(fresh)
        guard reason == EEXIST || reason == ENOTEMPTY else {
            throw Diagnostic.error("the workspace `\(root)` cannot be made: \(Errno(rawValue: reason))")
        }
        return false
    }

    private func holder(of root: FilePath) throws -> String? { try holderName(of: root) }
}

private func holderName(of root: FilePath) throws -> String? {
    try readFile(root.appending("run")).map { String(decoding: $0, as: UTF8.self) }
}
