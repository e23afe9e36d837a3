package import Diagnostics
import YAML

/// One stack as the user wants it: merged with what it extends, typed and checked.
package struct StackDefinition: Sendable {
    package let name: Located<String>
    package let group: APIGroup
    /// The file that names the stack; what it extends may stand in others.
    package let file: String
    package let labels: [String: String]
    package let source: Located<StackSource>
    /// The folder to run in, relative to the source.
    package let workdir: String?
    package let variables: [String: Located<ValueSource>]
    package let environment: [Located<EnvironmentVariable>]
    package let files: [Located<WorkspaceFile>]
    package let inputs: [Located<StackInput>]
    package let dependsOn: [Located<String>]
    package let approval: Bool
    package let protect: Bool
    /// Whether `stack` keeps the state; otherwise `backend`, or the module's own.
    package let manageState: Bool
    package let backend: BackendDefinition?
    package let configuration: StackConfiguration
    /// Nil where neither says anything about a cluster; the template may.
    package let cluster: ClusterMapping?
    package let providerGateway: Bool
    package let detach: Bool
    /// Fields that are set and that nothing carries out yet, like `spec.policies`: plan, apply and destroy refuse them.
    package let withoutEngine: [Located<String>]
    /// The merged document.
    let document: YAMLNode
}

/// A value of a definition and where it was written.
package struct ExplainedValue: Hashable, Sendable {
    /// `spec.variables.region`, `spec.environment[0].name`.
    package let path: String
    package let value: LiteralValue
    package let location: SourceLocation

    package init(path: String, value: LiteralValue, location: SourceLocation) {
        self.path = path
        self.value = value
        self.location = location
    }
}

extension StackDefinition {
    var schema: YAMLSchema { group.schema }

    /// The merged definition as YAML, in the order in which it was written.
    package var rendered: String { YAMLWriter.text(YAMLContent(document, schema)) }

    /// What the merged definition says: without places, comments and the order of its keys.
    package var meaning: LiteralValue { LiteralValue(document, schema) }

    /// Every value of the merged definition, in the order in which it was written: scalars, empty collections, and
    /// sources of values (`{fromEnv: TOKEN}`) as a whole.
    package var values: [ExplainedValue] {
        var values: [ExplainedValue] = []
        explain(document, path: "", into: &values)
        return values
    }

    private func explain(_ node: YAMLNode, path: String, into values: inout [ExplainedValue]) {
        switch node.kind {
        case .mapping(let pairs) where !pairs.isEmpty && !isSource(pairs):
            for pair in pairs {
                explain(pair.value, path: path.isEmpty ? pair.key : "\(path).\(pair.key)", into: &values)
            }
        case .sequence(let elements) where !elements.isEmpty:
            for (index, element) in elements.enumerated() {
                explain(element, path: "\(path)[\(index)]", into: &values)
            }
        default:
            values.append(ExplainedValue(path: path, value: LiteralValue(node, schema), location: node.location))
        }
    }

    private func isSource(_ pairs: [YAMLPair]) -> Bool {
        group == .fleet && pairs.count == 1 && ValueSource.keys.contains(pairs[0].key)
    }
}
