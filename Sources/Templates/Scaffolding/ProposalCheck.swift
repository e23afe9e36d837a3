package import Definitions
package import Diagnostics
import SourceTree

/// What proposed files would do to a project, found out before they are written.
package struct ProposalCheck: Sendable {
    /// The project as it would be.
    package let proposed: LoadedProject
    /// What is wrong only because of the files; they must not be written then.
    package let caused: [Diagnostic]
    /// What is wrong anyway.
    package let present: [Diagnostic]

    /// - Parameters:
    ///   - loaded: the project as it is.
    ///   - pins: which of the templates that are kept elsewhere are here.
    package init(_ files: ProposedFiles, of loaded: LoadedProject, pins: [TemplatePin] = []) {
        proposed = TemplateStore.load(files.tree, pins: pins)
        present = Self.errors(in: loaded, files.base)
        // A mistake that moves down because lines come in above it is the same mistake.
        var known = Dictionary(grouping: present, by: Identity.init).mapValues(\.count)
        caused = Self.errors(in: proposed, files.tree).filter { problem in
            let identity = Identity(problem)
            known[identity, default: 0] -= 1
            return known[identity, default: 0] < 0
        }
    }

    /// What tells one mistake from another, wherever in its file it stands.
    private struct Identity: Hashable {
        let file: String?
        let message: String
        let notes: [String]

        init(_ problem: Diagnostic) {
            file = problem.location?.file
            message = problem.message
            notes = problem.notes.map(\.message)
        }
    }

    private static func errors(in loaded: LoadedProject, _ tree: any SourceTree) -> [Diagnostic] {
        // Each stack of a module that cannot be read says the same of it.
        var seen: Set<Diagnostic> = []
        return (loaded.diagnostics + checkModules(of: loaded.soundStacks, in: loaded, tree: tree))
            .filter { $0.severity == .error && seen.insert($0).inserted }
    }
}
