import Diagnostics
import Files
package import FoundationEssentials
import Glibc
package import JSON
package import SystemPackage
package import Templates
import Terraform

/// A folder in which Terraform can run for one stack. Nothing in it waits for the disk: what a run needs after a power
/// cut is in `Records`, and of the state that Terraform leaves here only a whole file is taken.
///
/// ```
/// <slot>/holder.json            the run that holds the slot, and its process
/// <slot>/source/…               the module's files, at their paths in the source
/// <slot>/stack.tfvars.json      the variables, 0600
/// <slot>/plan.tfplan            the saved plan
/// <slot>/output                 what an apply printed
/// ```
package struct Workspace: Sendable {
    package let root: FilePath
    /// Where Terraform runs.
    package let folder: FilePath
    package let slot: Int
    /// Whose it is; nil for one that has no slot. Nobody else's is ever moved or removed through this value.
    let holder: SlotHolder?

    package var variablesFile: FilePath { root.appending(VariablesFile.fileName) }
    package var ephemeralVariablesFile: FilePath { root.appending("ephemeral.tfvars.json") }
    package var planFile: FilePath { root.appending("plan.tfplan") }
    /// The plan as Terraform shows it in JSON, sensitive values in clear.
    package var shownPlanFile: FilePath { root.appending("plan.json") }
    package var outputFile: FilePath { root.appending("output") }

    var sourceRoot: FilePath { root.appending("source") }

    /// The place of a workspace whose source is laid out as `source` says.
    init(root: FilePath, slot: Int, workingFolder: String, holder: SlotHolder?) {
        self.root = root
        self.slot = slot
        self.holder = holder
        folder = root.appending("source").appending(path: workingFolder)
    }

    /// A file of the workspace as Terraform, which runs in `folder`, is told it: from there. When the workspace is moved away
    /// under it, it goes on in what was moved, and not in what has taken the place.
    package func argument(_ file: FilePath) -> String {
        guard let (here, top) = realPath(folder).flatMap({ here in realPath(root).map { (here, $0) } }),
            here.starts(with: top), file.starts(with: root)
        else { return file.string }
        let depth = here.components.count - top.components.count
        var relative = file
        _ = relative.removePrefix(root)
        return String(repeating: "../", count: depth) + relative.string
    }

    /// Copies the source and adds the backend override.
    ///
    /// - Throws: a `Diagnostic` when a file cannot be copied or the override's name is taken.
    package func materialise(_ source: ModuleSource) throws {
        let copy = TreeCopy(tree: source.tree, destination: sourceRoot)
        for folder in source.folders { try copy.copy(folder: folder) }
        try write(generated: BackendOverride.contents, as: BackendOverride.fileName, beside: source)
    }

    /// Writes variables to where `-var-file` points, readable by the owner alone.
    package func write(variables: [String: JSONValue], to path: FilePath) throws {
        try writeFile(VariablesFile.contents(variables), to: path, isLasting: false)
    }

    /// The saved plan, once Terraform has written it.
    package func planFileContents() throws -> Data {
        guard let plan = try readFile(planFile) else {
            throw Diagnostic.error("Terraform wrote no plan file", outcome: .internalFailure)
        }
        return plan
    }

    package func writePlanFile(_ plan: Data) throws { try writeFile(plan, to: planFile, isLasting: false) }

    /// An apply that runs out of space loses what it could not write, so it does not begin with little.
    ///
    /// - Parameters:
    ///   - stateSize: bytes of the state before the run.
    ///   - outputSize: bytes that are reserved for the first of what Terraform says.
    /// - Throws: a `Diagnostic` with the outcome `unavailable`.
    package func requireSpace(forState stateSize: Int, output outputSize: Int) throws {
        var status = statvfs()
        guard statvfs(root.string, &status) == 0 else { return }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        let wanted = UInt64(max(16 << 20, 4 * stateSize) + outputSize)
        guard free < wanted else { return }
        throw Diagnostic.error(
            "only \(free >> 20) MiB are free on the disk of `\(root)`, and an apply wants \(wanted >> 20) MiB",
            hint: "Free some space; nothing was changed", outcome: .unavailable)
    }

    /// Puts the workspace out of the way, as evidence, and frees its slot.
    ///
    /// - Returns: where it is now; nil when the slot is another's by now.
    package func keep(run: String) async throws -> FilePath? {
        try await whileHeld { try Self.move(root, toEvidenceOf: run) }
    }

    @discardableResult
    static func move(_ root: FilePath, toEvidenceOf run: String) throws -> FilePath {
        let place = evidence(of: run, from: root)
        guard rename(root.string, place.string) == 0 else {
            throw Diagnostic.error("`\(root)` cannot be moved to `\(place)`: \(Errno(rawValue: errno))")
        }
        return place
    }

    /// Removes all of it, unless the slot is another's by now; state, plan and variables lie there in clear.
    package func remove() async throws {
        _ = try await whileHeld { try Self.remove(root) }
    }

    /// Somebody may have taken the slot, because this run was ended by force or could not be looked at.
    private func whileHeld<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value? {
        // In a task of its own: also who was told to stop leaves nothing behind.
        try await Task {
            try await holdingLock(on: WorkspaceSlots.lockFile(in: root.removingLastComponent())) {
                guard let holder, try SlotHolder.of(root) == holder else { return nil }
                return try work()
            }
        }.value
    }

    /// Whether it was moved out of the way, to be kept.
    package var isEvidence: Bool { root.lastComponent?.string.hasPrefix(Self.keptPrefix) == true }

    static func evidence(of run: String, from root: FilePath) -> FilePath {
        root.removingLastComponent().appending("\(keptPrefix)\(run)")
    }

    private func realPath(_ path: FilePath) -> FilePath? {
        guard let resolved = realpath(path.string, nil) else { return nil }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }

    static let keptPrefix = "kept-"
    static let removedPrefix = "gone-"

    /// Renamed first: a removal that is broken off leaves no slot that half belongs to somebody, only something that
    /// the next claim clears away.
    static func remove(_ root: FilePath) throws {
        let gone = root.removingLastComponent().appending("\(removedPrefix)\(UInt64.random(in: .min ... .max))")
        guard rename(root.string, gone.string) == 0 else {
            let reason = Errno(rawValue: errno)
            guard reason == .noSuchFileOrDirectory else {
                throw Diagnostic.error("`\(root)` cannot be removed: \(reason)")
            }
            return
        }
        try removeTree(gone)
    }
}
