import Diagnostics
import FoundationEssentials
import Testing

@testable import YAML

struct YAMLMergeTests {
    private static let base = """
        # The base.
        metadata: {name: dev}   # flow
        spec:
          variables:
            region: "eu-west-1" # here
            zones: [a, b]
            nodes:
            - small

          # approved by hand
          approval: true

        """

    private func merged(_ overlay: String, lists: YAMLEdit.Lists = .overwrite) throws -> String {
        let root = try #require(parseYAML(Data(overlay.utf8), file: "o.yaml").documents.first?.root)
        var edit = try YAMLEdit(Data(Self.base.utf8), file: "a.yaml")
        try edit.merge(YAMLContent(root, .core12), lists: lists)
        return String(decoding: edit.data, as: UTF8.self)
    }

    private static let overlay = """
        metadata: {labels: {env: dev}}
        spec:
          variables:
            region: us-east-1
            zones: [c]
            nodes: [large]
            size: 1.30
          approval: true
          tags:
            a: b
        """

    @Test func `an overlay changes what it names, and lists are replaced`() throws {
        let merged = try merged(Self.overlay)
        #expect(
            merged == """
                # The base.
                metadata: {name: dev, labels: {env: dev}}   # flow
                spec:
                  variables:
                    region: "us-east-1" # here
                    zones: [c]
                    nodes:
                    - large
                    size: 1.30

                  # approved by hand
                  approval: true
                  tags:
                    a: b

                """)
    }

    @Test func `lists are appended to where that is asked for`() throws {
        let merged = try merged(Self.overlay, lists: .append)
        #expect(merged.contains("    zones: [a, b, c]\n    nodes:\n    - small\n    - large\n    size: 1.30\n\n"))
    }

    @Test func `what is equal already stays as it is written`() throws {
        let same = try merged("spec: {variables: {region: eu-west-1, zones: [a, b]}, approval: true}\n")
        #expect(same == Self.base)
    }

    @Test func `a value of another kind takes the place of what was there`() throws {
        let merged = try merged("metadata: none\nspec: {variables: {region: {a: 1}}, approval: [x]}\n")
        #expect(merged.contains("metadata: none   # flow\n"))
        #expect(merged.contains("    region: # here\n      a: 1\n    zones: [a, b]\n"))
        #expect(merged.hasSuffix("  approval:\n  - x\n"))
    }

    @Test func `a merge that fails has changed nothing`() throws {
        let text = "a: 1\nb: &x {c: 1}\nd: *x\n"
        var edit = try YAMLEdit(Data(text.utf8), file: "a.yaml")
        let overlay = YAMLContent.mapping([
            .init("a", .number(2)), .init("b", .mapping([.init("c", .number(2))])),
        ])
        #expect(throws: Diagnostic.self) { try edit.merge(overlay, lists: .overwrite) }
        #expect(edit.data == Data(text.utf8))
    }
}
