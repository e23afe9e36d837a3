import Diagnostics
import SourceTree
import YAML

/// Reads an `InfrastructureStack` of either group, merged already with what it extends.
struct StackDecoder {
    let document: RawDocument
    let problems: ProblemCollector

    var group: APIGroup { document.group }

    /// Nil when it has no usable name or no source.
    func decode() -> StackDefinition? {
        let root = document.reader(problems)
        let metadata = root.requiredField("metadata")?.fields()
        let spec = root.requiredField("spec")?.fields()
        if group == .plural { noteServerFields(PluralServerFields.document, in: root) }
        root.finish()
        let metadataName = metadata?.field("name")?.name(.strict)
        guard let spec else { return nil }
        let name = spec.field("name")?.name(.strict) ?? metadataName
        let labels = decodeLabels(metadata: metadata, spec: spec)
        if let metadata { finishMetadata(metadata) }
        // Without a name or a source the other fields are still read, so that all mistakes are told at once.
        let stack = decode(spec, name: name ?? Located("", at: spec.location), labels: labels)
        return name == nil ? nil : stack
    }

    private func decode(_ spec: MappingReader, name: Located<String>, labels: [String: String]) -> StackDefinition? {
        readCommonFields(spec)
        let source = decodeSource(spec)
        let isFleet = group == .fleet
        let variables = decodeVariables(spec.field("variables"))
        let manageState = spec.field("manageState")?.boolean() ?? isFleet
        let stack = StackDefinition(
            name: name, group: group, file: document.file, labels: labels,
            source: source ?? Located(.path(""), at: spec.location),
            workdir: spec.field("workdir")?.pathInTree().flatMap { $0.value.isEmpty ? nil : $0.value },
            variables: variables,
            environment: decodeEnvironment(spec.field("environment")),
            files: spec.field("files")?.elements()?.compactMap(decodeFile) ?? [],
            inputs: isFleet ? decodeInputs(spec.field("inputs"), beside: variables) : [],
            dependsOn: isFleet ? spec.field("dependsOn")?.elements()?.compactMap { $0.name(.strict) } ?? [] : [],
            approval: spec.field("approval")?.boolean() ?? false,
            protect: isFleet && spec.field("protect")?.boolean() ?? false,
            manageState: manageState,
            backend: isFleet ? decodeBackend(spec.field("backend"), manageState: manageState) : nil,
            configuration: decodeConfiguration(spec.field("configuration")?.fields()),
            cluster: isFleet ? spec.field("cluster")?.fields().map { ClusterMapping(stack: $0) } : nil,
            providerGateway: isFleet ? spec.field("providerGateway")?.boolean() ?? true : true,
            detach: spec.field("detach")?.boolean() ?? false,
            withoutEngine: EngineGap.fields(of: document.root, in: group, at: document.location),
            document: document.root)
        finishSpec(spec)
        return source == nil ? nil : stack
    }

    private func decodeLabels(metadata: MappingReader?, spec: MappingReader) -> [String: String] {
        var labels = metadata?.field("labels")?.stringMap() ?? [:]
        for (key, tag) in spec.field("tags")?.stringMap() ?? [:] {
            if let label = labels[key], label.value != tag.value {
                problems.error(
                    "the tag `\(key)` is `\(tag.value)`, but the label of that name is `\(label.value)`",
                    at: tag.location, notes: [.init("the label", at: label.location)],
                    hint: "labels and tags are one set; keep one of the two")
            }
            labels[key] = tag
        }
        for (key, label) in labels where key.isEmpty || key.contains(where: LabelSelectorParser.isSeparator) {
            problems.error(
                "`\(key)` is no name for a label: it may hold no blanks and none of `=!,()`", at: label.location)
        }
        return labels.mapValues(\.value)
    }

    private func finishMetadata(_ metadata: MappingReader) {
        if group == .plural { noteServerFields(PluralServerFields.metadata, in: metadata) }
        metadata.finish()
    }

    private func finishSpec(_ spec: MappingReader) {
        switch group {
        case .plural:
            noteServerFields(PluralServerFields.spec, in: spec)
            spec.finish { field in
                PluralServerFields.ours.contains(field)
                    ? "`\(field)` is a field of `\(APIGroup.fleet.apiVersion)`, and this is `\(group.apiVersion)`" : nil
            }
        case .fleet:
            spec.finish { field in
                PluralServerFields.spec[field].map { "in Plural's group it has no effect here, because \($0)" }
            }
        }
    }

    func noteServerFields(_ fields: [String: String], in reader: MappingReader) {
        for (name, reason) in fields.sorted(by: { $0.key < $1.key }) {
            guard let field = reader.field(name) else { continue }
            problems.hasNoEffect("`\(field.path)`", because: reason, at: field.keyLocation)
        }
    }
}
