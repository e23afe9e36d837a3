import Diagnostics
import Files
import FoundationEssentials
import SourceTree
package import SystemPackage

#if canImport(Glibc)
import Glibc
#endif

extension ProposedFiles {
    /// Writes all of it below the folder that the base tree was read from, or nothing.
    ///
    /// Everything is written beside its place first, then put in place; where one of these steps fails, those before it
    /// are undone.
    ///
    /// - Throws: a `Diagnostic` when something has changed since it was read, or cannot be written.
    package func write(to root: FilePath) throws {
        try write(to: root, putInPlace: putInPlace)
    }

    /// - Parameter putInPlace: moves a finished file to its place.
    func write(to root: FilePath, putInPlace: (FilePath, FilePath) throws -> Void) throws {
        let tree = DirectoryTree(root: root)
        for change in changes {
            try tree.requireFolders(onTheWayTo: change.path)
            guard try tree.fileContent(of: change.path) == change.before else {
                throw Diagnostic.error(
                    "`\(change.path)` was changed meanwhile; nothing was written", hint: "run the command again")
            }
        }
        var work = FileReplacement(root: root)
        defer { work.removeTemporaries() }
        do {
            for change in changes { try work.prepare(change) }
            try work.carryOut(putInPlace)
        } catch {
            let left = work.undo(putInPlace)
            guard let first = left.first else { throw error }
            throw DiagnosticList([
                error as? Diagnostic ?? .error("\(error)"),
                .error(
                    "what was written before could not be undone: \(first)", hint: "`git status` shows what is left"),
            ])
        }
    }
}

/// Files on the way to their places.
private struct FileReplacement {
    private struct Step {
        let place: FilePath
        /// Nil for a file that goes away.
        let new: FilePath?
        /// Nil for a file that was not there.
        let old: FilePath?
    }

    let root: FilePath
    private var folders: [FilePath] = []
    private var temporaries: [FilePath] = []
    private var steps: [Step] = []
    private var done: [Step] = []

    init(root: FilePath) {
        self.root = root
    }

    /// Writes the new file, and a copy of the old one, beside its place.
    mutating func prepare(_ change: FileChange) throws {
        let place = root.appending(FilePath(change.path).components)
        try makeFolder(place.removingLastComponent())
        var permissions: FilePermissions?
        do {
            permissions = try change.before.map { _ in try Stat(place, followTargetSymlink: false).permissions }
        } catch {
            throw Diagnostic.error("`\(change.path)` cannot be looked at: \(error)")
        }
        let old = try change.before.map { try temporary(beside: place, $0, permissions) }
        let new = try change.after.map { try temporary(beside: place, $0, permissions) }
        steps.append(Step(place: place, new: new, old: old))
    }

    mutating func carryOut(_ putInPlace: (FilePath, FilePath) throws -> Void) throws {
        for step in steps {
            if let new = step.new {
                if step.old == nil, exists(step.place) {
                    throw Diagnostic.error("`\(step.place)` appeared meanwhile; nothing was written")
                }
                try putInPlace(new, step.place)
            } else {
                try removeTree(step.place)
            }
            done.append(step)
        }
        folders = []
    }

    /// Puts back what was there.
    ///
    /// - Returns: what could not be.
    mutating func undo(_ putInPlace: (FilePath, FilePath) throws -> Void) -> [String] {
        var left: [String] = []
        for step in done.reversed() {
            do {
                if let old = step.old { try putInPlace(old, step.place) } else { try removeTree(step.place) }
            } catch {
                left.append(firstMessage(of: error))
            }
        }
        removeTemporaries()
        for folder in folders.reversed() { rmdir(folder.string) }
        return left
    }

    func removeTemporaries() {
        for file in temporaries { unlink(file.string) }
    }

    private mutating func temporary(
        beside place: FilePath, _ content: FileContent, _ permissions: FilePermissions?
    ) throws -> FilePath {
        let file = place.removingLastComponent().appending(".stack-\(UInt64.random(in: .min ... .max))")
        temporaries.append(file)
        // Less what the umask takes away, as for every file that a person makes.
        let usual = FilePermissions(rawValue: content.isExecutable ? 0o777 : 0o666)
        try writeFile(content.data, to: file, permissions: permissions ?? usual)
        if let permissions, chmod(file.string, permissions.rawValue) != 0 {
            throw Diagnostic.error("the permissions of `\(place)` cannot be kept: \(Errno(rawValue: errno))")
        }
        return file
    }

    private mutating func makeFolder(_ folder: FilePath) throws {
        guard !exists(folder) else { return }
        try makeFolder(folder.removingLastComponent())
        guard mkdir(folder.string, 0o777) == 0 else {
            throw Diagnostic.error("the folder `\(folder)` cannot be made: \(Errno(rawValue: errno))")
        }
        folders.append(folder)
    }
}
