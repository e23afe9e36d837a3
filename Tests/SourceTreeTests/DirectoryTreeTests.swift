import Diagnostics
import Foundation
import SystemPackage
import Testing

@testable import SourceTree

struct DirectoryTreeTests {
    @Test(
        arguments: [
            ("a/b", "a/b"), ("a/../b", "b"), ("./a//b/.", "a/b"), ("", ""), (".", ""), ("a/..", ""), ("..", nil),
            ("a/../../b", nil), ("/a", nil), ("a/\0b", nil), ("...", "..."),
        ] as [(String, String?)])
    func `a path has one normal form inside the tree`(path: String, normal: String?) {
        #expect(normalisedPath(path) == normal)
    }

    @Test func `kinds are told without following links`() throws {
        try withTree { tree, root in
            try write("x", to: root.appending("dir/file"), executable: true)
            try link(root.appending("alias"), to: "dir")
            #expect(try tree.kind(of: "") == .directory)
            #expect(try tree.kind(of: "dir/file") == .file(executable: true))
            #expect(try tree.kind(of: "alias") == .symbolicLink(target: "dir"))
            #expect(try tree.kind(of: "alias/file") == nil)
            #expect(try tree.kind(of: "dir/file/x") == nil)
            #expect(try tree.kind(of: "none") == nil)
            #expect(try tree.resolvedKind(of: "alias/file") == .file(executable: true))
            #expect(try tree.entries(of: "").map(\.name) == ["alias", "dir"])
        }
    }

    @Test func `links inside the tree are followed when a file is read`() throws {
        try withTree { tree, root in
            try write("content", to: root.appending("a/file"))
            try write("", to: root.appending("b/c/keep"))
            try link(root.appending("b/c/up"), to: "../../a")
            try link(root.appending("direct"), to: "b/c/up/file")
            #expect(try tree.contents(of: "direct") == Data("content".utf8))
            #expect(try tree.resolved("b/c/up/file")?.path == "a/file")
        }
    }

    @Test(arguments: ["../outside", "/etc/passwd", "dir/../../outside"])
    func `a link that leaves the tree is an error that names it`(target: String) throws {
        try withTree { tree, root in
            try write("", to: root.appending("dir/keep"))
            try link(root.appending("bad"), to: target)
            let error = #expect(throws: Diagnostic.self) { try tree.contents(of: "bad") }
            #expect(error?.message == "the symbolic link `bad` leads out of `\(root)`, to `\(target)`")
        }
    }

    @Test func `links that go round in a circle are an error`() throws {
        try withTree { tree, root in
            try link(root.appending("a"), to: "b")
            try link(root.appending("b"), to: "a")
            let error = #expect(throws: Diagnostic.self) { try tree.resolvedKind(of: "a") }
            #expect(error?.message.hasSuffix("go round in a circle") == true)
        }
    }

    @Test func `a path that climbs out, a missing file and a large file are errors`() throws {
        try withTree { tree, root in
            try write("12345", to: root.appending("five"))
            #expect(throws: Diagnostic.self) { try tree.contents(of: "../x") }
            #expect(throws: Diagnostic.self) { try tree.contents(of: "none") }
            #expect(throws: Diagnostic.self) { try tree.contents(of: "") }
            #expect(try tree.contents(of: "five", upTo: 5).count == 5)
            let error = #expect(throws: Diagnostic.self) { try tree.contents(of: "five", upTo: 4) }
            #expect(error?.message == "the file `five` has more than 4 bytes")
        }
    }

    private func withTree(_ body: (DirectoryTree, FilePath) throws -> Void) throws {
        let root = FilePath(NSTemporaryDirectory()).appending("tree-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: root.string, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root.string) }
        try body(DirectoryTree(root: root), root)
    }

    private func write(_ text: String, to path: FilePath, executable: Bool = false) throws {
        try FileManager.default.createDirectory(
            atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path.string))
        if executable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.string) }
    }

    private func link(_ path: FilePath, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: target)
    }
}
