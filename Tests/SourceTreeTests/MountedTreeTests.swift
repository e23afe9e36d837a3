import Foundation
import SourceTree
import TestSupport
import Testing

struct MountedTreeTests {
    private let mounted = MountedTree(
        MemoryTree(["a/one.txt": "1", "stack.yaml": ""]), with: MemoryTree(["x/two.txt": "2"]), at: "a/b/c")

    @Test func `what is mounted stands at its path, beside what is there`() throws {
        #expect(try mounted.contents(of: "a/b/c/x/two.txt") == Data("2".utf8))
        #expect(try mounted.contents(of: "a/one.txt") == Data("1".utf8))
        #expect(try mounted.entries(of: "a").map(\.name) == ["one.txt", "b"])
        #expect(try mounted.entries(of: "a/b").map(\.name) == ["c"])
        #expect(try mounted.entries(of: "a/b/c").map(\.name) == ["x"])
        #expect(try mounted.entries(of: "").map(\.name) == ["a", "stack.yaml"])
    }

    @Test func `the folders above are there although the tree has none`() throws {
        for path in ["a/b", "a/b/c", "a/b/c/x"] {
            #expect(try mounted.resolvedKind(of: path) == .directory, "\(path)")
        }
        #expect(try mounted.resolvedKind(of: "a/b/c/x/two.txt") == .file(executable: false))
        #expect(try mounted.resolvedKind(of: "a/b/d") == nil)
        #expect(try mounted.resolvedKind(of: "a/bc") == nil)
    }

    @Test func `a folder is a tree of its own`() throws {
        let tree = Subtree(of: mounted, at: "a/b/c")
        #expect(try tree.contents(of: "x/two.txt") == Data("2".utf8))
        #expect(try tree.entries(of: "").map(\.name) == ["x"])
        #expect(throws: (any Error).self) { try tree.contents(of: "../one.txt") }
        #expect(try Subtree().entries(of: "").isEmpty)
        #expect(try Subtree().kind(of: "a") == nil)
    }
}
