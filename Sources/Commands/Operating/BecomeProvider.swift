import ChildProcess
import Diagnostics
import SystemPackage

/// `stack become-provider PARENT FOLDER PROVIDER`, which nobody types: a provider that the gateway has started, just before
/// it is one. No command of the tree: it has to come before this program has other threads.
package enum BecomeProvider {
    static let word = "become-provider"

    /// Nil when the arguments ask for something else; never returns when it succeeds.
    ///
    /// - Returns: the exit code.
    package static func run(_ arguments: [String]) -> Int32? {
        guard arguments.count == 4, arguments[0] == word, let parent = Int32(arguments[1]) else { return nil }
        let problem = becomeBoundChild(FilePath(arguments[3]), of: parent, in: FilePath(arguments[2]))
        writeError(line: problem.message + "\n")
        return ExitStatus.failed
    }
}
