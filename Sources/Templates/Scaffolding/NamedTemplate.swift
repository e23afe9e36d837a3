package import Definitions
package import Diagnostics

/// Which golden template a person wants: `eks-cluster`, `eks-cluster@1.4.0`, `eks-cluster@~> 1.3`.
package struct NamedTemplate: Hashable, Sendable {
    package let name: String
    package let version: VersionConstraint?

    /// - Throws: a `Diagnostic` when what stands behind `@` is no version and no range.
    package init(_ text: String) throws(Diagnostic) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        name = parts[0]
        do throws(VersionConstraint.SyntaxError) {
            version = parts.count == 2 ? try VersionConstraint(parts[1]) : nil
        } catch {
            throw .error("the version of `\(text)` is wrong: \(error.message)", outcome: .usage)
        }
    }
}

extension Project {
    /// The newest version of the template that will do.
    ///
    /// - Throws: a `Diagnostic` that says which there are.
    package func template(for request: NamedTemplate) throws(Diagnostic) -> TemplateDefinition {
        let named = templates.filter { $0.name.value == request.name }
        let fitting = named.first { request.version?.contains($0.version) ?? !$0.version.isPreRelease }
        if let fitting { return fitting }
        let versions = named.map(\.version.description)
        guard versions.isEmpty else {
            throw .error(
                "no version of the template `\(request.name)` is \(request.version.map { "`\($0)`" } ?? "released")",
                hint: "there \(versions.count == 1 ? "is" : "are") \(versions.quotedNames)", outcome: .usage)
        }
        let names = Array(Set(templates.map(\.name.value))).sorted()
        let near = suggestion(for: request.name, among: names).map { "did you mean `\($0)`?" }
        throw .error(
            "there is no template `\(request.name)`",
            hint: near ?? (names.isEmpty ? "the project has no templates" : "there are \(names.quotedNames)"),
            outcome: .usage)
    }
}
