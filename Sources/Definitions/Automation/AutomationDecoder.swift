import Diagnostics
import YAML

/// Reads a `PrAutomation`.
struct AutomationDecoder {
    let document: RawDocument
    let problems: ProblemCollector

    /// Nil when it has no usable name.
    func decode() -> AutomationDefinition? {
        let root = document.reader(problems)
        note(PluralServerFields.document, in: root)
        let metadata = root.field("metadata")?.fields()
        let metadataName = metadata?.field("name")
        if let metadata {
            note(PluralServerFields.metadata, in: metadata)
            _ = metadata.field("labels")
            metadata.finish()
        }
        guard let spec = root.requiredField("spec")?.fields() else {
            root.finish()
            return nil
        }
        let name = (spec.field("name") ?? metadataName)?.name(.free)
        if name == nil, spec.field("name") == nil, metadataName == nil {
            problems.error("`spec.name` or `metadata.name` is missing", at: document.location)
        }
        let parameters = TemplateDecoder(document: document, problems: problems)
            .decodeParameters(spec.field("configuration"))
        let documentation = spec.field("documentation")?.string()?.value
        let proposal = AutomationDefinition.Proposal(
            title: spec.field("title")?.nonEmptyString(), message: spec.field("message")?.nonEmptyString(),
            branchPrefix: spec.field("branchPrefix")?.nonEmptyString())
        let creates = spec.field("creates")?.fields().map(decodeCreates) ?? []
        let updates = spec.field("updates")?.fields().map(decodeUpdates)
        let deletes = spec.field("deletes")?.fields().map(decodeDeletes)
        note(AutomationFields.withoutEffect, in: spec)
        refuse(AutomationFields.refused, in: spec)
        spec.finish()
        root.finish()
        guard let name else { return nil }
        let automation = AutomationDefinition(
            file: document.file, name: name, documentation: documentation, parameters: parameters, proposal: proposal,
            creates: creates, replacements: updates?.replacements ?? [], overlays: updates?.overlays ?? [],
            search: updates?.search, deletedFiles: deletes?.files ?? [], deletedFolders: deletes?.folders ?? [])
        if automation.isEmpty {
            problems.warning(
                "the automation `\(name.value)` changes nothing", at: name.location,
                hint: "it has none of `creates`, `updates` and `deletes`")
        }
        return automation
    }

    // MARK: Creates and deletes

    private func decodeCreates(_ fields: MappingReader) -> [AutomationDefinition.CreatedFiles] {
        let git = fields.field("git")
        let templates = fields.field("templates")?.elements()?.compactMap(decodeCreatedFiles) ?? []
        if let git, !templates.contains(where: { $0.external != nil }) {
            problems.hasNoEffect("`\(git.path)`", because: "no template is `external`", at: git.keyLocation)
        }
        fields.finish()
        return templates
    }

    private func decodeCreatedFiles(_ element: FieldValue) -> AutomationDefinition.CreatedFiles? {
        guard let fields = element.fields() else { return nil }
        let source = fields.requiredField("source")?.nonEmptyString()
        let destination = fields.requiredField("destination")?.nonEmptyString()
        let external = fields.field("external")
        let context = fields.field("context")?.entries() ?? []
        let condition = fields.field("condition").flatMap(decodeCondition)
        fields.finish()
        let isExternal = external?.boolean() ?? false
        guard let source, let destination else { return nil }
        return AutomationDefinition.CreatedFiles(
            source: source, destination: destination, external: isExternal ? external?.location : nil,
            context: Dictionary(context.map { ($0.key.value, LiteralValue($0.value.node, $0.value.context.schema)) }) {
                $1
            },
            condition: condition)
    }

    private func decodeCondition(_ field: FieldValue) -> Located<AutomationCondition>? {
        guard let text = field.nonEmptyString() else { return nil }
        do {
            return Located(try AutomationCondition(text.value), at: text.location)
        } catch {
            problems.error("`\(field.path)` is no condition: \(error.message)", at: text.location, hint: error.hint)
            return nil
        }
    }

    private func decodeDeletes(
        _ fields: MappingReader
    ) -> (files: [Located<String>], folders: [Located<String>]) {
        let files = fields.field("files")?.strings() ?? []
        let folders = fields.field("folders")?.strings() ?? []
        fields.finish()
        return (files, folders)
    }

    // MARK: What is not carried out

    func note(_ fields: [String: String], in reader: MappingReader) {
        for (name, reason) in fields.sorted(by: { $0.key < $1.key }) {
            guard let field = reader.field(name) else { continue }
            problems.hasNoEffect("`\(field.path)` of an automation", because: reason, at: field.keyLocation)
        }
    }

    private func refuse(_ fields: [String: String], in reader: MappingReader) {
        for (name, reason) in fields.sorted(by: { $0.key < $1.key }) {
            guard let field = reader.field(name) else { continue }
            problems.error(
                "`\(field.path)` is not carried out: \(reason)", at: field.keyLocation,
                hint: "without it the change would not be what its author meant; take it out of the document")
        }
    }
}

extension AutomationDefinition {
    fileprivate var isEmpty: Bool {
        creates.isEmpty && replacements.isEmpty && overlays.isEmpty && search == nil && deletedFiles.isEmpty
            && deletedFolders.isEmpty
    }
}
