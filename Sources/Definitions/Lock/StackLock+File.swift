import Diagnostics
import Files
import FoundationEssentials
package import SourceTree
package import SystemPackage

extension StackLock {
    /// How long a change waits for another process's.
    private static let patience = Duration.seconds(30)

    /// Reads `stack.lock` of a project; nil where there is none.
    ///
    /// - Throws: `DiagnosticList` for what the file holds, `Diagnostic` where it cannot be read.
    package static func read(root: FilePath) throws -> StackLock? {
        guard let data = try readFile(root.appending(fileName)) else { return nil }
        return try StackLock(parsing: data)
    }

    /// The same of a project's tree.
    package static func read(in tree: any SourceTree) throws -> StackLock? {
        guard try tree.resolvedKind(of: fileName) != nil else { return nil }
        return try StackLock(parsing: try tree.contents(of: fileName))
    }

    /// Changes `stack.lock` while no other process does: `body` gets what it holds now, or `first` where there is none.
    /// Nothing is written when `body` throws or changes nothing.
    ///
    /// The new text replaces the old one at once, and is on the disk when this returns.
    ///
    /// - Throws: what `body` throws; `Diagnostic` with the outcome `unavailable` when another process holds the lock for
    ///   30 seconds.
    package static func update<Result: Sendable>(
        root: FilePath, orFirst first: StackLock = StackLock(project: UUID()), patience: Duration = patience,
        _ body: (inout StackLock) throws -> Result
    ) async throws -> Result {
        try await holdingLock(on: root.appending(".\(fileName).guard"), patience: patience) {
            let old = try read(root: root)
            var lock = old ?? first
            let result = try body(&lock)
            if lock != old {
                try writeFile(
                    Data(lock.text.utf8), to: root.appending(fileName),
                    permissions: [.ownerReadWrite, .groupRead, .otherRead])
            }
            return result
        }
    }
}
