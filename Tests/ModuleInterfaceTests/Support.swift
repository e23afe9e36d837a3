import Diagnostics
import Foundation
import ModuleInterface
import SourceTree
import SystemPackage
import TestSupport

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
