import SourceTree
import Templates

/// All that a module's workspace is made from: its source folder, the folders of the local modules that it calls, and what
/// links in them lead to.
struct ModuleReach {
    private(set) var folders: Set<String> = []
    /// Outside the folders.
    private(set) var files: Set<String> = []

    /// - Throws: a `Diagnostic` for a link that leads out of the tree, or a folder that cannot be read.
    init(of source: ModuleSource) throws {
        for folder in source.folders { try add(folder, of: source.tree) }
    }

    private mutating func add(_ folder: String, of tree: any SourceTree) throws {
        guard folders.insert(folder).inserted else { return }
        try follow(folder, of: tree)
    }

    private mutating func follow(_ folder: String, of tree: any SourceTree) throws {
        for entry in try tree.entries(of: folder) where !isLeftBehind(entry.name) {
            let path = childPath(folder, entry.name)
            switch entry.kind {
            case .directory: try follow(path, of: tree)
            case .symbolicLink:
                guard let (place, kind) = try tree.resolved(path) else { continue }
                if kind == .directory { try add(place, of: tree) } else { files.insert(place) }
            case .file, .other: continue
            }
        }
    }

    /// The paths of some differences that are in it, in order.
    func touched(by differences: Differences) -> [String] {
        let inside = folders.flatMap(differences.inside)
        return Set(inside + files.filter(differences.touch)).sorted()
    }
}
