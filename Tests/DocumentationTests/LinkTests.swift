import Foundation
import SystemPackage
import Testing

struct LinkTests {
    @Test(arguments: Document.all)
    func `a link into the repository leads to a file`(document: Document) throws {
        for target in try document.linkTargets() where !target.hasPrefix("http") && !target.hasPrefix("#") {
            let path = target.prefix { $0 != "#" }
            let file = document.file.removingLastComponent().appending(FilePath(String(path)).components)
            #expect(
                FileManager.default.fileExists(atPath: file.string), "\(document.path) links to `\(target)`")
        }
    }

    @Test func `the README leads to every document`() throws {
        let readme = Document(path: "README.md")
        let targets = Set(try readme.linkTargets())
        for document in Document.all where document.path != readme.path {
            #expect(targets.contains(document.path), "the README has no link to \(document.path)")
        }
    }

    @Test func `the variables and exit codes that help names are in the reference`() async throws {
        let reference = try Document(path: "Documentation/commands.md").fencedBlocks().map(\.text)
        for topic in ["exit-codes", "environment"] {
            let result = try await stack("help", topic)
            #expect(result.code == 0)
            #expect(reference.contains(result.text), "`stack help \(topic)` says:\n\(result.text)")
        }
    }
}

extension Document {
    /// What stands behind `](` up to the `)`, and in the `src`, `srcset` and `href` of HTML; fenced blocks apart.
    fileprivate func linkTargets() throws -> [String] {
        var isFenced = false
        var targets: [String] = []
        for line in try text().split(separator: "\n") {
            if line.hasPrefix("```") { isFenced.toggle() }
            guard !isFenced else { continue }
            for (start, end) in [("](", ")"), ("src=\"", "\""), ("srcset=\"", "\""), ("href=\"", "\"")] {
                targets += line.components(separatedBy: start).dropFirst().map { rest in
                    rest.components(separatedBy: end)[0]
                }
            }
        }
        return targets
    }
}
