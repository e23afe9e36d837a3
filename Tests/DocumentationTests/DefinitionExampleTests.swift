import Foundation
import SystemPackage
import Testing

/// The YAML of the documents. A block behind ```` ```yaml PATH ```` is a whole file, and all such blocks of a document are
/// one project; ```` ```yaml fragment ```` is a part of a file.
struct DefinitionExampleTests {
    @Test(arguments: Document.all)
    func `every YAML block says which file it is, or that it is a fragment`(document: Document) throws {
        for block in try document.fencedBlocks() where block.info.hasPrefix("yaml") {
            let name = block.info.dropFirst("yaml ".count)
            #expect(
                name == "fragment" || name.hasSuffix(".yaml"), "\(document.path):\(block.line): ```\(block.info)")
        }
    }

    @Test(arguments: try Document.all.filter { try !$0.exampleFiles().isEmpty })
    func `the files that a document shows are a valid project`(document: Document) async throws {
        try await withTemporaryFolder { root in
            try FileManager.default.copyItem(
                atPath: repository.appending("templates").string, toPath: root.appending("templates").string)
            // What an example with `path: infra/network` finds in a real project.
            try write(#"variable "region" { type = string }"#, to: root.appending("infra/network/main.tf"))
            for block in try document.exampleFiles() {
                try write(block.text, to: root.appending(String(block.info.dropFirst("yaml ".count))))
            }
            let result = try await stack("validate", in: root)
            #expect(result.code == 0, "\(document.path):\n\(result.text)")
        }
    }

    @Test func `the files that the README shows are those of the demo`() throws {
        for block in try Document(path: "README.md").exampleFiles() {
            let path = String(block.info.dropFirst("yaml ".count))
            #expect(try Document(path: path).text() == block.text, "\(path)")
        }
    }

    @Test func `a mistake in an example is found`() async throws {
        try await withTemporaryFolder { root in
            let text = """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                metadata: {name: dev}
                spec: {path: infra, varaibles: {}}

                """
            try write(text, to: root.appending("stacks/dev.yaml"))
            let result = try await stack("validate", in: root)
            #expect(result.code == 1 && result.text.contains("unknown field `varaibles`"), "\(result.text)")
        }
    }

    private func write(_ text: String, to file: FilePath) throws {
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
        try text.write(toFile: file.string, atomically: false, encoding: .utf8)
    }
}

extension Document {
    fileprivate func exampleFiles() throws -> [FencedBlock] {
        try fencedBlocks().filter { $0.info.hasPrefix("yaml ") && $0.info != "yaml fragment" }
    }
}
