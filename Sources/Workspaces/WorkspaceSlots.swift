package import ChildProcess
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
    ///   - isAside: whether the run keeps away from the slots that others want first.
    ///   - use: what becomes of a slot for its holder's sake.
    /// - Returns: nil when the slot is held, or all are.
    package func claim(
        run: String, only: Int? = nil, isAside: Bool = false, workingFolder: String,
        use: (SlotHolder) async throws -> SlotUse
    ) async throws -> Workspace? {
        try await alone {
            let slots = only.map { [$0] } ?? Array(0..<Self.limit)
            for slot in isAside ? slots.reversed() : slots {
                let root = folder.appending("\(slot)")
                guard try await isFree(root, use) else { continue }
                let holder = SlotHolder(run: run, process: .current())
                try place(holder, at: root)
                return Workspace(root: root, slot: slot, workingFolder: workingFolder, holder: holder)
            }
            return nil
        }
    }

    /// Who holds a slot; nil when nobody does.
    package func holder(of slot: Int) throws -> SlotHolder? { try SlotHolder.of(folder.appending("\(slot)")) }

    /// The holders of all slots of all stacks.
    package static func holders(below dataFolder: FilePath) throws -> [SlotHolder] {
        try folders(below: dataFolder) { Int($0) != nil }.compactMap { try SlotHolder.of($0) }
    }

    /// The workspaces of all stacks that were moved aside as evidence.
    package static func evidence(below dataFolder: FilePath) throws -> [FilePath] {
        try folders(below: dataFolder) { $0.hasPrefix(Workspace.keptPrefix) }
    }

    private static func folders(
        below dataFolder: FilePath, where isWanted: (String) -> Bool
    ) throws -> [FilePath] {
        let folder = dataFolder.appending("workspaces")
        guard exists(folder) else { return [] }
        let manager = FileManager.default
        return try manager.contentsOfDirectory(atPath: folder.string).sorted().flatMap { stack in
            try manager.contentsOfDirectory(atPath: folder.appending(stack).string).filter(isWanted).sorted()
                .map { folder.appending(stack).appending($0) }
        }
    }

    /// Removes what dead processes have left in the slots: a state and variables in clear may lie there.
    package func sweep(use: (SlotHolder) async throws -> SlotUse) async throws {
        guard exists(folder) else { return }
        try await alone {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.string) where Int(name) != nil {
                _ = try await isFree(folder.appending(name), use)
            }
        }
    }

    /// The workspace that a run holds, as its record names it, or what was moved aside of it by somebody who died before
    /// the run's end was recorded; nil when it is gone.
    package static func workspace(at root: FilePath, run: String, workingFolder: String) throws -> Workspace? {
        guard let slot = root.lastComponent.flatMap({ Int($0.string) }) else { return nil }
        for place in [root, Workspace.evidence(of: run, from: root)] {
            guard let holder = try SlotHolder.of(place), holder.run == run else { continue }
            return Workspace(root: place, slot: slot, workingFolder: workingFolder, holder: holder)
        }
        return nil
    }

    /// One process at a time: between the look at a slot's holder and the taking of the slot nobody else may take it.
    private func alone<Value>(_ work: () async throws -> Value) async throws -> Value {
        try makePrivateFolder(folder)
        return try await holdingLock(on: Self.lockFile(in: folder)) {
            try removeLeftovers()
            return try await work()
        }
    }

    /// Held by whoever takes, moves or removes a slot.
    static func lockFile(in folder: FilePath) -> FilePath { folder.appending("lock") }

    /// What was renamed away to be removed, or was made and never renamed into place, by a process that died over it.
    private func removeLeftovers() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.string)
        where name.hasPrefix(Workspace.removedPrefix) || name.hasPrefix(Self.newPrefix) {
            try removeTree(folder.appending(name))
        }
    }

    private func isFree(_ root: FilePath, _ use: (SlotHolder) async throws -> SlotUse) async throws -> Bool {
        guard exists(root) else { return true }
        guard let holder = try SlotHolder.of(root) else {
            try Workspace.remove(root)
            return !exists(root)
        }
        switch try await use(holder) {
        case .held: return false
        case .evidence: try Workspace.move(root, toEvidenceOf: holder.run)
        case .free: try Workspace.remove(root)
        }
        return !exists(root)
    }

    private static let newPrefix = "new-"

    /// A folder that already names its holder is renamed into place: nobody ever sees a slot without one.
    private func place(_ holder: SlotHolder, at root: FilePath) throws {
        let fresh = folder.appending("\(Self.newPrefix)\(UInt64.random(in: .min ... .max))")
        try makePrivateFolder(fresh)
        try makePrivateFolder(fresh.appending("source"))
        try writeFile(try JSONEncoder().encode(holder), to: fresh.appending(SlotHolder.fileName))
        guard rename(fresh.string, root.string) == 0 else {
            throw Diagnostic.error("the workspace `\(root)` cannot be made: \(Errno(rawValue: errno))")
        }
    }
}

/// What becomes of a slot, for its holder's sake.
package enum SlotUse: Hashable, Sendable {
    /// When somebody works there, or may, or a state there has not been taken in yet.
    case held
    /// When nobody works there, and something may lie there that is kept nowhere else: it is moved aside.
    case evidence
    /// When nothing there is needed.
    case free
}

/// Who holds a slot: a run, and the process that works on it there.
///
/// The process counts, not the run's record: a plan that is being laid out to be applied is not `applying` yet.
package struct SlotHolder: Codable, Hashable, Sendable {
    package let run: String
    package let process: ProcessIdentity

    package init(run: String, process: ProcessIdentity) {
        self.run = run
        self.process = process
    }

    fileprivate static let fileName = "holder.json"

    static func of(_ root: FilePath) throws -> SlotHolder? {
        try readFile(root.appending(fileName)).flatMap { try? JSONDecoder().decode(SlotHolder.self, from: $0) }
    }
}
