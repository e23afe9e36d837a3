import Diagnostics
import Foundation
import Glibc
import SourceTree
import SystemPackage
import TestSupport
import Testing

@testable import Templates

@Suite struct ProposedFilesTests {
    private let base = MemoryTree(["stack.yaml": "", "stacks/dev.yaml": "old\n", "stacks/base/a.yaml": "a\n"])

    private func message(_ work: () throws -> Void) -> String {
        do {
            try work()
            return "nothing was refused"
        } catch {
            return firstMessage(of: error)
        }
    }

    @Test func `what was proposed is read from the tree as it will be`() throws {
        var files = ProposedFiles(over: base)
        try files.create("stacks/new/b.yaml", FileContent(Data("b\n".utf8), isExecutable: true))
        try files.change("stacks/dev.yaml", to: Data("new\n".utf8))
        try files.delete("stacks/base/a.yaml")
        let tree = files.tree
        #expect(try tree.contents(of: "stacks/new/b.yaml") == Data("b\n".utf8))
        #expect(try tree.contents(of: "stacks/./dev.yaml") == Data("new\n".utf8))
        #expect(try tree.kind(of: "stacks/new/b.yaml") == .file(executable: true))
        #expect(try tree.kind(of: "stacks/new") == .directory)
        #expect(try tree.kind(of: "stacks/base/a.yaml") == nil)
        #expect(try tree.entries(of: "stacks").map(\.name) == ["base", "dev.yaml", "new"])
        #expect(try tree.entries(of: "stacks/new").map(\.name) == ["b.yaml"])
        #expect(try tree.entries(of: "stacks/base").isEmpty)
        #expect(
            message { _ = try tree.contents(of: "stacks/base/a.yaml") }
                == "there is no file `stacks/base/a.yaml` in `fleet`")
        #expect(
            message { _ = try tree.contents(of: "stacks/dev.yaml", upTo: 3) }
                == "the file `stacks/dev.yaml` has more than 3 bytes")
        #expect(files.changes.map(\.action) == [.delete, .change, .create])
        #expect(files.changes.map(\.path) == ["stacks/base/a.yaml", "stacks/dev.yaml", "stacks/new/b.yaml"])
    }

    @Test func `what ends as it was is no change`() throws {
        var files = ProposedFiles(over: base)
        try files.create("stacks/dev.yaml", FileContent("old\n"))
        try files.change("stacks/base/a.yaml", to: Data("b\n".utf8))
        try files.change("stacks/base/a.yaml", to: Data("a\n".utf8))
        try files.create("new", FileContent("x"))
        try files.delete("new")
        #expect(files.isEmpty)
        #expect(try files.tree.kind(of: "new") == nil)
    }

    @Test(arguments: [
        ("../outside", "`../outside` is no path of a file in the project"),
        ("/etc/passwd", "`/etc/passwd` is no path of a file in the project"),
        (".", "`.` is no path of a file in the project"),
        ("a/../../b", "`a/../../b` is no path of a file in the project"),
        ("a\nb", "the path `a\nb` holds control characters"),
        (
            ".git/hooks/pre-commit",
            "`.git/hooks/pre-commit` cannot be used: `.git`, `.stack` and `stack.lock` are for git and `stack` alone"
        ),
        (
            "x/.GIT/config",
            "`x/.GIT/config` cannot be used: `.git`, `.stack` and `stack.lock` are for git and `stack` alone"
        ),
        (".stack/key", "`.stack/key` cannot be used: `.git`, `.stack` and `stack.lock` are for git and `stack` alone"),
        ("stack.lock", "`stack.lock` cannot be used: `.git`, `.stack` and `stack.lock` are for git and `stack` alone"),
        ("stacks", "`stacks` cannot be written: it is a folder"),
        ("stack.yaml/a", "`stack.yaml/a` cannot be written: `stack.yaml` is no folder"),
        ("stacks/dev.yaml", "`stacks/dev.yaml` is there already, with another content"),
        ("fresh/a/b", "`fresh/a/b` cannot be written: `fresh/a` is no folder"),
        ("fresh", "`fresh` cannot be written: it is a folder"),
    ])
    func `a path where no file may be made is refused`(path: String, expected: String) throws {
        var files = ProposedFiles(over: base)
        try files.create("fresh/a", FileContent("a"))
        #expect(message { try files.create(path, FileContent("other")) } == expected)
        #expect(files.changes.map(\.path) == ["fresh/a"])
    }

    @Test func `only a file that is there is changed or deleted`() throws {
        var files = ProposedFiles(over: base)
        #expect(message { try files.change("a", to: Data()) } == "there is no file `a` that could be changed")
        #expect(message { try files.delete("a") } == "there is no file `a` that could be deleted")
    }

    // MARK: On disk

    private func withFolder(_ body: (FilePath) throws -> Void) throws {
        let folder = FilePath(FileManager.default.temporaryDirectory.path).appending("proposed-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        try Data("old\n".utf8).write(to: URL(fileURLWithPath: folder.string + "/kept"))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.string + "/kept")
        try Data("gone\n".utf8).write(to: URL(fileURLWithPath: folder.string + "/gone"))
        try body(folder)
    }

    /// Every file, folder and link with its mode and its content.
    private func everything(_ folder: FilePath) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.string).sorted().map { path in
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
            let mode = (attributes[.posixPermissions] as? Int).map { String($0, radix: 8) } ?? "?"
            let content = FileManager.default.contents(atPath: "\(folder)/\(path)").map {
                String(decoding: $0, as: UTF8.self)
            }
            return "\(path) \(mode) \(content ?? "-")"
        }
    }

    private func proposal(over folder: FilePath) throws -> ProposedFiles {
        var files = ProposedFiles(over: DirectoryTree(root: folder))
        try files.create("a/b/new", FileContent(Data("new\n".utf8), isExecutable: true))
        try files.delete("gone")
        try files.change("kept", to: Data("changed\n".utf8))
        return files
    }

    @Test func `everything is written, modes are kept and nothing is left beside it`() throws {
        try withFolder { folder in
            try proposal(over: folder).write(to: folder)
            #expect(try everything(folder) == ["a 755 -", "a/b 755 -", "a/b/new 755 new\n", "kept 640 changed\n"])
        }
    }

    @Test(arguments: 1...2)
    func `where one file cannot be put in place those before it are undone`(failing: Int) throws {
        try withFolder { folder in
            let before = try everything(folder)
            let files = try proposal(over: folder)
            var count = 0
            let said = message {
                try files.write(to: folder) { file, place in
                    count += 1
                    if count == failing { throw Diagnostic.error("the disk is gone") }
                    try #require(rename(file.string, place.string) == 0)
                }
            }
            #expect(said == "the disk is gone")
            #expect(try everything(folder) == before)
        }
    }

    @Test func `what was changed since it was read stays`() throws {
        try withFolder { folder in
            let files = try proposal(over: folder)
            try Data("theirs\n".utf8).write(to: URL(fileURLWithPath: folder.string + "/kept"))
            let before = try everything(folder)
            #expect(message { try files.write(to: folder) } == "`kept` was changed meanwhile; nothing was written")
            #expect(try everything(folder) == before)
        }
    }

    @Test func `no link is followed, neither when proposed nor when it appears later`() throws {
        try withFolder { folder in
            let outside = folder.appending("outside")
            try FileManager.default.createDirectory(atPath: outside.string, withIntermediateDirectories: false)
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "outside")
            var files = ProposedFiles(over: DirectoryTree(root: folder))
            #expect(
                message { try files.create("link/a", FileContent("a")) }
                    == "`link/a` cannot be written: `link` is a symbolic link, to `outside`")
            #expect(
                message { try files.create("link", FileContent("a")) }
                    == "`link` cannot be written: `link` is a symbolic link, to `outside`")
            try files.create("later/a", FileContent("a"))
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/later", withDestinationPath: "outside")
            #expect(
                message { try files.write(to: folder) }
                    == "`later/a` cannot be written: `later` is a symbolic link, to `outside`")
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside.string).isEmpty)
        }
    }
}
