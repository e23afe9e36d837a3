import Diagnostics
import Foundation
import SourceTree
import SystemPackage
import Testing

@testable import Definitions

/// The same on a real directory, where links are.
struct DirectoryProjectTests {
    @Test func `links to files are followed, links to folders are named, links that leave the project are errors`()
        throws
    {
        let root = FilePath(NSTemporaryDirectory()).appending("project-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: root.string) }
        let manager = FileManager.default
        for folder in ["stacks", "module", "shared"] {
            try manager.createDirectory(atPath: root.appending(folder).string, withIntermediateDirectories: true)
        }
        try Data(stack("dev").utf8).write(to: URL(filePath: root.appending("shared/dev.txt").string))
        for (link, target) in [("dev.yaml", "../shared/dev.txt"), ("folder", "../shared")] {
            try manager.createSymbolicLink(atPath: root.appending("stacks/\(link)").string, withDestinationPath: target)
        }
        let loaded = loadProject(DirectoryTree(root: root))
        #expect(loaded.project.stacks.map(\.file) == ["stacks/dev.yaml"])
        #expect(loaded.lines == ["warning: `stacks/folder` is a symbolic link to a folder, which is not followed"])
        #expect(loaded.project.name == root.lastComponent?.string)
        let place = try #require(loaded.project.stacks.first?.source.location)
        #expect(loaded.excerpt(at: place) == "  path: module")

        try manager.createSymbolicLink(
            atPath: root.appending("stacks/out.yaml").string, withDestinationPath: "../../x.yaml")
        let again = loadProject(DirectoryTree(root: root))
        #expect(again.project.stacks.count == 1)
        #expect(
            again.lines.contains(
                "error: the symbolic link `stacks/out.yaml` leads out of `\(root)`, to `../../x.yaml`"))
    }
}
