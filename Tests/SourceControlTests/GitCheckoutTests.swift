import Foundation
import SourceControl
import SystemPackage
import TestSupport
import Testing

/// With the real git.
struct GitCheckoutTests {
    /// A repository with one commit.
    private func withRepository(_ body: (TestProject) async throws -> Void) async throws {
        try await withProject { project in
            try await project.git("init", "-q", "-b", "main")
            try project.write("one", to: "file")
            try await project.git("add", ".")
            try await project.git("commit", "-q", "-m", "first")
            try await body(project)
        }
    }

    private func read(_ project: TestProject) async throws -> GitCheckout? {
        try await GitCheckout.read(FilePath(project.root), environment: project.environment)
    }

    @Test func `a clean tree is clean, on its branch and commit`() async throws {
        try await withRepository { project in
            let checkout = try #require(try await read(project))
            #expect(checkout.isClean)
            #expect(checkout.branch == "main")
            let head = try await project.git("rev-parse", "HEAD")
            #expect(checkout.commit == head.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    @Test(arguments: ["changed", "staged", "untracked", "removed"])
    func `a tree that differs from its commit is not clean`(how: String) async throws {
        try await withRepository { project in
            switch how {
            case "untracked": try project.write("two", to: "folder/other")
            case "removed": try project.remove("file")
            default: try project.write("two", to: "file")
            }
            if how == "staged" { try await project.git("add", ".") }
            #expect(try await read(project)?.isClean == false)
        }
    }

    @Test func `a file that git ignores leaves the tree clean`() async throws {
        try await withRepository { project in
            try project.write(".stack/\n", to: ".gitignore")
            try await project.git("add", ".")
            try await project.git("commit", "-q", "-m", "second")
            try project.write("x", to: ".stack/stack.db")
            #expect(try await read(project)?.isClean == true)
        }
    }

    @Test func `a detached head has a commit and no branch`() async throws {
        try await withRepository { project in
            try await project.git("checkout", "-q", "--detach")
            let checkout = try #require(try await read(project))
            #expect(checkout.branch == nil)
            #expect(checkout.commit.count == 40)
        }
    }

    @Test func `no repository and no commits are no checkout`() async throws {
        try await withProject { project in
            #expect(try await read(project) == nil)
            try await project.git("init", "-q")
            #expect(try await read(project) == nil)
        }
    }

    @Test func `GIT variables of the caller do not point elsewhere`() async throws {
        try await withRepository { project in
            let environment = project.environment.merging(["GIT_DIR": "/nowhere", "GIT_WORK_TREE": "/"]) { $1 }
            let checkout = try await GitCheckout.read(FilePath(project.root), environment: environment)
            #expect(checkout?.isClean == true)
        }
    }

    @Test func `nothing that a hostile repository names is run, and its index stays as it is`() async throws {
        try await withRepository { project in
            let mark = project.scratch + "/mark"
            let script = try project.script("evil", "echo $0 >> '\(mark)'\n")
            for hook in ["post-index-change", "fsmonitor-watchman", "post-checkout"] {
                try project.write(
                    "#!/bin/sh\necho \(hook) >> '\(mark)'\n", to: ".git/hooks/\(hook)", permissions: 0o755)
            }
            try await project.git("config", "core.fsmonitor", script)
            try await project.git("config", "core.pager", script)
            try await project.git("config", "filter.evil.clean", script)
            // Proves that the hostile part works: git itself runs it.
            try await project.git("status")
            #expect(project.exists(mark))
            try project.remove(mark)

            let index = try Data(contentsOf: URL(fileURLWithPath: project.path(".git/index")))
            try await Task.sleep(for: .milliseconds(10))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -100)], ofItemAtPath: project.path("file"))
            #expect(try await read(project)?.isClean == true)
            #expect(!project.exists(mark))
            #expect(try Data(contentsOf: URL(fileURLWithPath: project.path(".git/index"))) == index)
        }
    }
}
