import SourceTree
import Templates

/// The paths at which two trees differ.
struct Differences {
    let paths: Set<String>

    /// Whether what stands at a path may differ: itself, or a folder above it that is a link or a repository of its own.
    func touch(_ path: String) -> Bool {
        if paths.contains(path) { return true }
        return path.isEmpty ? false : touch(parentPath(path))
    }

    /// Those inside a folder, without what no workspace takes. Where the folder as such differs, it is the folder.
    func inside(_ folder: String) -> [String] {
        guard !folder.isEmpty, touch(folder) else {
            return paths.filter { path in
                let rest = path.dropFirst(folder.isEmpty ? 0 : folder.count + 1)
                return isInside(path, folder) && !rest.split(separator: "/").contains { isLeftBehind(String($0)) }
            }
        }
        return [folder]
    }
}
