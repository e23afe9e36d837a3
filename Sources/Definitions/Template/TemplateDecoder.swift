import Diagnostics
import SourceTree
import YAML

/// Reads a `StackTemplate`.
struct TemplateDecoder {
    let document: RawDocument
    let problems: ProblemCollector

    /// Nil when it has no usable name or version.
    func decode() -> TemplateDefinition? {
        let root = document.reader(problems)
        let name = root.requiredField("metadata")?.fields().flatMap(decodeName)
        guard let spec = root.requiredField("spec")?.fields() else {
            root.finish()
            return nil
        }
        let version = spec.requiredField("version")?.semanticVersion()
        let parameters = decodeParameters(spec.field("parameters"))
        let documentation = spec.field("documentation")?.string()?.value
        let defaults = decodeDefaults(spec.field("defaults"), parameters: parameters)
        let cluster = spec.field("cluster")?.fields().map { ClusterMapping(template: $0) }
        let upgrade = spec.field("upgrade")?.fields().flatMap(decodeUpgrade)
        let scaffold = spec.field("scaffold")?.elements()?.compactMap(decodeScaffold) ?? []
        spec.finish()
        root.finish()
        guard let name, let version else { return nil }
        return TemplateDefinition(
            name: name, version: version.value, folder: parentPath(document.file), documentation: documentation,
            parameters: parameters, defaults: defaults, cluster: cluster, upgrade: upgrade, scaffold: scaffold)
    }

    private func decodeName(_ metadata: MappingReader) -> Located<String>? {
        let name = metadata.requiredField("name")?.name(.strict)
        metadata.finish()
        return name
    }

    private func decodeDefaults(
        _ field: FieldValue?, parameters: [TemplateParameter]
    ) -> [String: Located<LiteralValue>] {
        var defaults: [String: Located<LiteralValue>] = [:]
        for (name, value) in field?.entries() ?? [] {
            if let parameter = parameters.first(where: { $0.name.value == name.value }) {
                problems.error(
                    "`\(name.value)` is a parameter, so its default belongs there", at: name.location,
                    notes: [.init("the parameter", at: parameter.name.location)])
            }
            defaults[name.value] = Located(LiteralValue(value.node, value.context.schema), at: value.location)
        }
        return defaults
    }

    private func decodeUpgrade(_ fields: MappingReader) -> TemplateDefinition.Upgrade? {
        let controlPlane = fields.requiredField("controlPlaneVariable")?.nonEmptyString()
        let nodes = fields.field("nodesVariable")?.nonEmptyString()
        fields.finish()
        return controlPlane.map { .init(controlPlaneVariable: $0.value, nodesVariable: nodes?.value) }
    }

    private func decodeScaffold(_ element: FieldValue) -> Located<TemplateDefinition.ScaffoldFile>? {
        guard let fields = element.fields() else { return nil }
        let source = fields.requiredField("source")?.pathInTree()
        let destination = fields.requiredField("destination")?.nonEmptyString()
        fields.finish()
        guard let source, let destination else { return nil }
        return Located(.init(source: source.value, destination: destination), at: source.location)
    }
}
