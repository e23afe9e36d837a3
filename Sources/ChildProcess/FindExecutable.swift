import Glibc
package import SystemPackage

/// The program that `name` stands for: the first executable regular file of that name in the folders of `searchPath`.
///
/// Empty and relative folders are passed over: they would let the folder somebody happens to stand in decide what
/// runs. A name with a slash in it is no name, and finds nothing.
///
/// - Parameter searchPath: the text of a `PATH` variable; nil finds nothing.
package func findExecutable(_ name: String, searchPath: String?) -> FilePath? {
    // No file has a longer name (NAME_MAX), and a path takes the longer to handle.
    guard let searchPath, name.utf8.count <= 255, let component = FilePath.Component(name), component.kind == .regular
    else { return nil }
    return searchPath.split(separator: ":").lazy
        .map { FilePath(String($0)) }
        .filter(\.isAbsolute)
        .map { $0.appending(component) }
        .first(where: isExecutableFile)
}

func isExecutableFile(_ path: FilePath) -> Bool {
    fileType(of: path) == S_IFREG && path.withPlatformString { access($0, X_OK) } == 0
}

func isDirectory(_ path: FilePath) -> Bool {
    fileType(of: path) == S_IFDIR
}

/// The type bits of what `path` leads to, links followed; nil when it leads nowhere.
private func fileType(of path: FilePath) -> mode_t? {
    var status = stat()
    guard path.withPlatformString({ stat($0, &status) }) == 0 else { return nil }
    return status.st_mode & S_IFMT
}
