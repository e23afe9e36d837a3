import Diagnostics
import YAML

/// A document of one of our groups, of which only `apiVersion` and `kind` have been looked at.
struct RawDocument: Sendable {
    let root: YAMLNode
    let file: String
    let group: APIGroup
    let kind: String
    /// Of the value of `kind`.
    let location: SourceLocation

    /// `spec.name`, else `metadata.name`.
    var name: Located<String>? {
        for path in [["spec", "name"], ["metadata", "name"]] {
            if kind != DefinitionKind.stack, path[0] == "spec" { continue }
            if let node = root[path: path], let scalar = node.scalar { return Located(scalar.text, at: node.location) }
        }
        return nil
    }

    func reader(_ problems: ProblemCollector) -> MappingReader {
        let context = DecodingContext(group: group, problems: problems)
        let reader = MappingReader(FieldValue(node: root, path: "", keyLocation: location, context: context))
        _ = reader.field("apiVersion")
        _ = reader.field("kind")
        return reader
    }

    func replacingRoot(with root: YAMLNode) -> RawDocument {
        RawDocument(root: root, file: file, group: group, kind: kind, location: location)
    }
}
