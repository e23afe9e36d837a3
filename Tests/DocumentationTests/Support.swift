import ChildProcess
import Foundation
import SystemPackage
import Testing

/// The root of the repository.
let repository = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

/// A Markdown file of the repository.
struct Document: CustomTestStringConvertible, Sendable {
    /// Relative to the repository.
    let path: String

    var testDescription: String { path }
    var file: FilePath { repository.appending(FilePath(path).components) }

    func text() throws -> String { try String(contentsOfFile: file.string, encoding: .utf8) }

    /// What a user reads: the README, everything in `Documentation/`, and what stands beside the templates.
    static let all: [Document] = {
        let folder = repository.appending("Documentation")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
        return ["README.md", "STYLE.md", "Sources/README.md"].map(Document.init(path:))
            + names.filter { $0.hasSuffix(".md") }.sorted().map { Document(path: "Documentation/\($0)") }
            + ofTemplates
    }()

    private static var ofTemplates: [Document] {
        let paths = try? FileManager.default.subpathsOfDirectory(atPath: repository.appending("templates").string)
        return (paths ?? []).filter { $0.hasSuffix(".md") }.sorted().map { Document(path: "templates/\($0)") }
    }
}

/// A fenced block of a document.
struct FencedBlock {
    /// What stands behind the opening fence.
    let info: String
    /// The line of the opening fence, counted from 1.
    let line: Int
    let text: String
}

extension Document {
    func fencedBlocks() throws -> [FencedBlock] {
        var blocks: [FencedBlock] = []
        var open: (info: String, line: Int, lines: [Substring])?
        for (index, line) in try text().split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let block = open {
                if line == "```" {
                    blocks.append(
                        FencedBlock(
                            info: block.info, line: block.line, text: block.lines.map { $0 + "\n" }.joined()))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if line.hasPrefix("```") {
                open = (String(line.dropFirst(3)), index + 1, [])
            }
        }
        try #require(open == nil, "\(path): the block of line \(open?.line ?? 0) is never closed")
        return blocks
    }
}

/// Runs the built `stack`, which lies beside the test program.
func stack(_ arguments: String..., in folder: FilePath = repository) async throws -> (code: Int, text: String) {
    let program = FilePath(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        .removingLastComponent().appending("stack")
    let output = try await collect(
        ChildCommand(
            .path(program), arguments: arguments, environment: ["PATH": "/usr/bin:/bin"], workingDirectory: folder),
        timeout: .seconds(60))
    return (output.exit.code ?? -1, String(decoding: output.standardOutput + output.standardError, as: UTF8.self))
}

/// A folder of its own for the test, removed afterwards.
func withTemporaryFolder<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
    let path = FilePath(FileManager.default.temporaryDirectory.path).appending("stack-docs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    return try await body(path)
}
