package import Diagnostics
import FoundationEssentials
import JSON
package import SourceTree
import YAML

/// A golden test of a template: what is answered to its form. What has to come of it stands in files beside it.
package struct TemplateTest: Sendable {
    package let name: Located<String>
    /// The stack that is made.
    package let stack: String
    package let answers: [String: LiteralValue]
    /// What data sources give, by type and attribute: no cloud is asked.
    package let data: [String: LiteralValue]
}

extension TemplateDefinition {
    /// The folder with its tests.
    package var testFolder: String { childPath(folder, "tests") }

    /// Reads its tests: every YAML file of `tests/`, each with one `TemplateTest`.
    ///
    /// - Throws: everything that is wrong in them.
    package func tests(in tree: any SourceTree) throws -> [TemplateTest] {
        guard case .directory = try tree.resolvedKind(of: testFolder) else { return [] }
        let problems = ProblemCollector()
        let reader = DefinitionReader(tree, problems)
        let files = try tree.entries(of: testFolder).map(\.name).filter(isYAML)
        let tests = files.flatMap { reader.read(childPath(testFolder, $0)) }.compactMap { document -> TemplateTest? in
            guard document.kind == DefinitionKind.templateTest else {
                problems.error("`\(document.kind)` cannot stand among the tests of a template", at: document.location)
                return nil
            }
            return TemplateTest(document, problems)
        }
        for (index, test) in tests.enumerated()
        where tests[..<index].contains(where: { $0.name.value == test.name.value }) {
            problems.error("there are two tests with the name `\(test.name.value)`", at: test.name.location)
        }
        let errors = problems.finish().filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw DiagnosticList(
                errors.map { error in
                    var error = error
                    error.excerpt = error.location.flatMap { reader.texts[$0.file]?.line($0.line) }
                    return error
                })
        }
        return tests
    }
}

extension TemplateTest {
    fileprivate init?(_ document: RawDocument, _ problems: ProblemCollector) {
        let root = document.reader(problems)
        let name = root.requiredField("metadata")?.fields().flatMap { metadata in
            defer { metadata.finish() }
            return metadata.requiredField("name")?.name(.strict)
        }
        let spec = root.requiredField("spec")?.fields()
        let stack = spec?.requiredField("stack")?.name(.strict)
        let answers = Self.values(spec?.field("answers"))
        let data = Self.values(spec?.field("data"))
        spec?.finish()
        root.finish()
        guard let name, let stack else { return nil }
        self.init(name: name, stack: stack.value, answers: answers, data: data)
    }

    private static func values(_ field: FieldValue?) -> [String: LiteralValue] {
        let entries = field?.entries() ?? []
        return Dictionary(entries.map { ($0.key.value, LiteralValue($0.value.node, $0.value.context.schema)) }) { $1 }
    }
}
