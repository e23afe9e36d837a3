import Diagnostics
import Foundation
import SourceTree
import SystemPackage
import TestSupport
import Testing

@testable import Templates

@Suite struct UnifiedDifferenceTests {
    private func text(_ old: String?, _ new: String?) -> String {
        FileChange(path: "stacks/dev.yaml", before: old.map { FileContent($0) }, after: new.map { FileContent($0) })
            .difference.map { $0.text + "\n" }.joined()
    }

    @Test func `a new file is all additions, one that goes away all removals`() {
        #expect(
            text(nil, "a\nb\n") == """
                diff --git a/stacks/dev.yaml b/stacks/dev.yaml
                new file mode 100644
                --- /dev/null
                +++ b/stacks/dev.yaml
                @@ -0,0 +1,2 @@
                +a
                +b

                """)
        #expect(
            text("a", nil) == """
                diff --git a/stacks/dev.yaml b/stacks/dev.yaml
                deleted file mode 100644
                --- a/stacks/dev.yaml
                +++ /dev/null
                @@ -1 +0,0 @@
                -a
                \\ No newline at end of file

                """)
    }

    @Test func `changes stand among three unchanged lines, those far apart in hunks of their own`() {
        let old = (1...20).map { "\($0)\n" }
        var new = old
        new[1] = "two\n"
        new[6] = "seven\n"
        new[19] = "20"
        new.insert("more\n", at: 19)
        #expect(
            text(old.joined(), new.joined()) == """
                diff --git a/stacks/dev.yaml b/stacks/dev.yaml
                --- a/stacks/dev.yaml
                +++ b/stacks/dev.yaml
                @@ -1,10 +1,10 @@
                 1
                -2
                +two
                 3
                 4
                 5
                 6
                -7
                +seven
                 8
                 9
                 10
                @@ -17,4 +17,5 @@
                 17
                 18
                 19
                -20
                +more
                +20
                \\ No newline at end of file

                """)
    }

    @Test func `texts that only look alike differ`() {
        #expect(
            text("e\u{301}\n", "\u{E9}\n").unicodeScalars.elementsEqual(
                """
                diff --git a/stacks/dev.yaml b/stacks/dev.yaml
                --- a/stacks/dev.yaml
                +++ b/stacks/dev.yaml
                @@ -1 +1 @@
                -e\u{301}
                +\u{E9}

                """.unicodeScalars))
    }

    @Test func `what is no text is shown by its size, and another mode by its number`() {
        let change = FileChange(
            path: "logo.png", before: FileContent(Data([0, 1, 2])),
            after: FileContent(Data([0xFF, 0xFE]), isExecutable: true))
        #expect(
            change.difference.map(\.text) == [
                "diff --git a/logo.png b/logo.png", "old mode 100644", "new mode 100755",
                "Binary file: 3 bytes → 2 bytes",
            ])
    }

    @Test func `lines are coloured by what becomes of them`() {
        let change = FileChange(path: "a", before: FileContent("x\ny\n"), after: FileContent("x\nz\n"))
        #expect(
            change.difference.flatMap(\.spans).map(\.style) == [
                .strong, .strong, .strong, .hint, .plain, .removed, .added,
            ])
    }

    @Test func `git makes the new files of the old ones with the difference of any two trees`() async throws {
        try await withProject { project in
            try await project.git("init", "--quiet")
            for seed in 0..<150 as Range<UInt64> {
                var generator = SeededGenerator(seed: seed)
                let (files, expected) = try randomChange(&generator, in: project)
                let patch = files.difference.map { $0.text + "\n" }.joined()
                guard !files.isEmpty else { continue }
                try project.write(patch, to: "\(project.scratch)/patch")
                let applied = try await project.run("git", "apply", "\(project.scratch)/patch", in: project.root)
                try #require(applied.exitCode == 0, "seed \(seed): \(applied.description)\n\(patch)")
                for (path, content) in expected {
                    let actual = FileManager.default.contents(atPath: project.path(path))
                    #expect(actual == content?.data, "seed \(seed)\n\(patch)")
                    if let content {
                        #expect(
                            FileManager.default.isExecutableFile(atPath: project.path(path)) == content.isExecutable,
                            "seed \(seed)")
                    }
                }
            }
        }
    }

    /// Writes some files, and gives changes to them with what they have to become.
    private func randomChange(
        _ generator: inout SeededGenerator, in project: TestProject
    ) throws -> (ProposedFiles, [String: FileContent?]) {
        let paths = ["a", "with space", "x/y/z"]
        for path in project.files() where !path.hasPrefix(".git/") { try project.remove(path) }
        for path in paths where Bool.random(using: &generator) { try project.write(randomText(&generator), to: path) }
        var files = ProposedFiles(over: DirectoryTree(root: .init(project.root)))
        var expected: [String: FileContent?] = [:]
        for path in paths {
            if let old = FileManager.default.contents(atPath: project.path(path)) {
                if Int.random(in: 0..<4, using: &generator) == 0 {
                    try files.delete(path)
                    expected[path] = .some(nil)
                } else {
                    let new = Data(edited(String(decoding: old, as: UTF8.self), &generator).utf8)
                    try files.change(path, to: new)
                    expected[path] = FileContent(new)
                }
            } else {
                let content = FileContent(
                    Data(randomText(&generator).utf8), isExecutable: Bool.random(using: &generator))
                try files.create(path, content)
                expected[path] = content
            }
        }
        return (files, expected)
    }

    /// Few different lines, so that many are alike; sometimes none, sometimes without an end.
    private func randomText(_ generator: inout SeededGenerator) -> String {
        let count = Int.random(in: 0..<30, using: &generator)
        let text = (0..<count).map { _ in ["a", "b", "", "+c", "-d", "é"].randomElement(using: &generator)! + "\n" }
            .joined()
        return Bool.random(using: &generator) ? text : String(text.dropLast())
    }

    private func edited(_ text: String, _ generator: inout SeededGenerator) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<Int.random(in: 0..<5, using: &generator) {
            let index = Int.random(in: 0..<lines.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: lines[index] = "changed"
            case 1: lines.insert("added", at: index)
            default: if lines.count > 1 { lines.remove(at: index) }
            }
        }
        return lines.joined(separator: "\n")
    }
}
