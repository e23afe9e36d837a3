import Diagnostics
import Foundation
import ModuleInterface
import SourceTree
import SystemPackage

/// Files in memory, by path.
struct MemoryTree: SourceTree {
    struct Missing: Error {}

    let name = "project"
    let files: [String: Data]

    init(_ files: [String: String]) {
        self.files = files.mapValues { Data($0.utf8) }
    }

    init(bytes files: [String: Data]) {
        self.files = files
    }

    func kind(of path: String) throws -> SourceEntryKind? {
        if files[path] != nil { return .file(executable: false) }
        return path.isEmpty || files.keys.contains { $0.hasPrefix(path + "/") } ? .directory : nil
    }

    func entries(of directory: String) throws -> [(name: String, kind: SourceEntryKind)] {
        let prefix = directory.isEmpty ? "" : directory + "/"
        let names = Set(
            files.keys.filter { $0.hasPrefix(prefix) }.compactMap { path in
                path.dropFirst(prefix.count).split(separator: "/").first.map(String.init)
            })
        return try names.sorted().map { ($0, try kind(of: prefix + $0) ?? .other) }
    }

    func contents(of path: String, upTo limit: Int) throws -> Data {
        guard let data = files[path], data.count <= limit else { throw Missing() }
        return data
    }
}

/// The folder `Fixtures` beside these tests, as a tree.
let fixtures = DirectoryTree(root: FilePath(#filePath).removingLastComponent().appending("Fixtures"))

/// The interface of a module that is one file.
func module(_ text: String, file: String = "main.tf") throws -> ModuleInterface {
    try ModuleInterface.read(folder: "", in: MemoryTree([file: text]))
}

/// The problems of a module, one line each; empty when it can be read.
func problems(_ files: [String: String], in folder: String = "") -> [String] {
    do throws(DiagnosticList) {
        _ = try ModuleInterface.read(folder: folder, in: MemoryTree(files))
        return []
    } catch {
        return error.diagnostics.map(\.description)
    }
}
