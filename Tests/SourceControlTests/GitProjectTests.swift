import Diagnostics
import Foundation
import SourceControl
import SourceTree
import SystemPackage
import TestSupport
import Testing

/// With the real git: what differs from a commit, and which commit that is.
struct GitProjectTests {
    /// A repository whose folder `fleet` is the project, with one commit on `main`.
    private func withRepository(_ body: (TestProject) async throws -> Void) async throws {
        try await withProject { project in
            try await project.git("init", "--quiet", "--initial-branch=main", "..")
            try project.write("/scratch/\n*.log\n", to: "../.gitignore")
            for name in ["kept", "edited", "staged", "gone", "unknown"] {
                try project.write("one\n", to: "files/\(name)")
            }
            try project.write("one\n", to: "../outside/file")
            try await commit(project)
            try await body(project)
        }
    }

    private func commit(_ project: TestProject) async throws {
        try await project.git("add", "--all", "..")
        try await project.git("commit", "--quiet", "--message", "change")
    }

    private func open(_ project: TestProject, _ folder: String? = nil) async throws -> GitProject {
        try await GitProject(around: FilePath(folder ?? project.root), environment: project.environment)
    }

    private func head(_ project: TestProject, _ ref: String = "HEAD") async throws -> String {
        try await project.git("rev-parse", ref).trimmingCharacters(in: .newlines)
    }

    @Test func `committed, staged, changed and unknown files differ, ignored ones and those outside do not`()
        async throws
    {
        try await withRepository { project in
            try await project.git("switch", "--quiet", "--create", "work")
            try project.write("two\n", to: "files/committed")
            try await commit(project)
            try project.write("two\n", to: "files/staged")
            try await project.git("add", "files/staged")
            try project.write("two\n", to: "files/edited")
            try project.remove("files/gone")
            try project.write("two\n", to: "files/new/ü file")
            try project.write("two\n", to: "files/x.log")
            try project.write("two\n", to: "../outside/file")
            // Known to the index no more, and still there.
            try await project.git("rm", "--quiet", "--cached", "files/unknown")
            let repository = try await open(project)
            let found = try await repository.differences(from: try await repository.base(nil))
            #expect(
                found.map { "\($0.status) \($0.path)" } == [
                    "added files/committed", "modified files/edited", "removed files/gone", "added files/new/ü file",
                    "modified files/staged", "modified files/unknown",
                ])
        }
    }

    @Test func `a branch stands for where it was left, a tag and a commit for themselves`() async throws {
        try await withRepository { project in
            let left = try await head(project)
            try await project.git("switch", "--quiet", "--create", "work")
            try project.write("two\n", to: "files/edited")
            try await commit(project)
            try await project.git("switch", "--quiet", "main")
            try project.write("two\n", to: "files/gone")
            try await commit(project)
            try await project.git("tag", "v1")
            let main = try await head(project)
            try await project.git("switch", "--quiet", "work")

            let repository = try await open(project)
            for ref in [nil, "main", "refs/heads/main"] {
                let base = try await repository.base(ref)
                #expect(base.commit == left)
                #expect(base.text == "where `\(ref ?? "main")` was left (\(left.prefix(10)))")
                #expect(try await repository.differences(from: base).map(\.path) == ["files/edited"])
            }
            for ref in ["v1", main, String(main.prefix(8)), "main~0"] {
                let base = try await repository.base(ref)
                #expect(base.commit == main && base.text == "`\(ref)` (\(main.prefix(10)))")
                #expect(try await repository.differences(from: base).map(\.path) == ["files/edited", "files/gone"])
            }
        }
    }

    @Test func `without a base it is the remote's own branch, then main or master`() async throws {
        try await withRepository { project in
            try await project.git("branch", "--move", "main", "trunk")
            let repository = try await open(project)
            let none = await #expect(throws: Diagnostic.self) { try await repository.base(nil) }
            #expect(
                none?.message
                    == "it is not clear which branch to compare with: there is neither `origin/HEAD`, `main` nor `master`"
            )
            #expect(none?.hint == "Name it: `--base BRANCH`")
            for (ref, shown) in [
                ("refs/heads/master", "master"), ("refs/heads/main", "main"),
                ("refs/remotes/origin/master", "origin/master"), ("refs/remotes/origin/main", "origin/main"),
            ] {
                try await project.git("update-ref", ref, "HEAD")
                #expect(try await repository.base(nil).ref == shown)
            }
            try await project.git("update-ref", "refs/remotes/origin/trunk", "HEAD")
            try await project.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
            #expect(try await repository.base(nil).ref == "origin/trunk")
        }
    }

    @Test func `what is missing is told with what to do`() async throws {
        try await withRepository { project in
            let outside = await #expect(throws: Diagnostic.self) { try await open(project, "/proc") }
            #expect(outside?.message == "`/proc` is in no git repository that can be read")
            let repository = try await open(project)
            let near = await #expect(throws: Diagnostic.self) { try await repository.base("mian") }
            #expect(near?.message == "there is no branch, tag or commit `mian` here")
            #expect(near?.hint == "Did you mean `main`?")
            for ref in ["", "--all", "nothing-like-it"] {
                let far = await #expect(throws: Diagnostic.self) { try await repository.base(ref) }
                #expect(far?.hint == "`git fetch` brings what others have made")
            }
            try await project.git("switch", "--quiet", "--orphan", "apart")
            try project.write("one\n", to: "files/edited")
            try await commit(project)
            let apart = await #expect(throws: Diagnostic.self) { try await repository.base("main") }
            #expect(apart?.message == "HEAD and `main` have no commit in common")
        }
    }

    @Test func `a repository without a commit, and a shallow clone that lacks the common one, are told`() async throws {
        try await withRepository { project in
            try await project.git("init", "--quiet", "../scratch/empty")
            let empty = await #expect(throws: Diagnostic.self) { try await open(project, project.scratch + "/empty") }
            #expect(empty?.message == "nothing was committed here yet: there is nothing to compare with")

            try await project.git("switch", "--quiet", "--create", "work")
            for text in ["two\n", "three\n"] {
                try project.write(text, to: "files/edited")
                try await commit(project)
            }
            let clone = project.scratch + "/clone"
            try await project.git(
                "clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=work", "file://\(project.root)/..",
                clone)
            let repository = try await open(project, clone)
            let shallow = await #expect(throws: Diagnostic.self) { try await repository.base("origin/main") }
            #expect(
                shallow?.message == "this clone is shallow, and does not reach back to where `origin/main` was left")
            #expect(shallow?.hint?.contains("`fetch-depth: 0`") == true)
        }
    }

    @Test func `a commit as a tree is what a checkout of it would be`() async throws {
        try await withRepository { project in
            try project.write("#!/bin/sh\n", to: "files/run", permissions: 0o755)
            try FileManager.default.createSymbolicLink(
                atPath: project.path("files/link"), withDestinationPath: "../linked/there")
            try FileManager.default.createSymbolicLink(
                atPath: project.path("folder"), withDestinationPath: "linked")
            try project.write("linked\n", to: "linked/there")
            try FileManager.default.createSymbolicLink(
                atPath: project.path("leaves"), withDestinationPath: "../outside/file")
            try project.write(String(repeating: "line\n", count: 100_000), to: "files/large")
            try project.write("", to: "files/empty")
            try await commit(project)
            let checkout = project.scratch + "/checkout"
            try await project.git("clone", "--quiet", "..", checkout)
            // The work tree has gone on.
            try project.write("two\n", to: "files/kept")
            try project.remove("linked")

            let repository = try await open(project)
            let tree = try await repository.tree(of: try await repository.base(try await head(project)))
            let same = DirectoryTree(root: FilePath(checkout + "/fleet"))
            #expect(try listing(tree) == listing(same))
            #expect(try listing(tree).count == 14)
            for path in ["files/link", "folder/there"] {
                #expect(String(decoding: try tree.contents(of: path), as: UTF8.self) == "linked\n")
            }
            #expect(try tree.kind(of: "folder/there") == nil && tree.resolvedKind(of: "folder") == .directory)
            #expect(try tree.kind(of: "absent") == nil)
            for path in ["leaves", "../outside/file", "absent", "files"] {
                #expect(throws: Diagnostic.self) { try tree.contents(of: path) }
            }
            #expect(throws: Diagnostic.self) { try tree.contents(of: "files/large", upTo: 499_999) }
            #expect(try tree.contents(of: "files/large", upTo: 500_000).count == 500_000)
            #expect(throws: Diagnostic.self) { try tree.entries(of: "files/kept") }
        }
    }

    @Test func `a folder that the commit does not have yet is an empty tree`() async throws {
        try await withRepository { project in
            try project.write("one\n", to: "../later/file")
            let repository = try await open(project, project.path("../later"))
            let tree = try await repository.tree(of: try await repository.base("HEAD"))
            #expect(try tree.entries(of: "").isEmpty)
            #expect(try await repository.differences(from: repository.base("HEAD")).map(\.path) == ["file"])
        }
    }

    /// Every path with its kind and content.
    private func listing(_ tree: some SourceTree, below folder: String = "") throws -> [String] {
        try tree.entries(of: folder).flatMap { name, kind in
            let path = childPath(folder, name)
            switch kind {
            case .directory: return ["\(path)/"] + (try listing(tree, below: path))
            case .file: return ["\(path) \(kind) \(String(decoding: try tree.contents(of: path), as: UTF8.self))"]
            case .symbolicLink, .other: return ["\(path) \(kind)"]
            }
        }
    }
}
