import Diagnostics
import YAML

extension AutomationDecoder {
    struct Updates {
        let replacements: [AutomationDefinition.RegexReplacement]
        let overlays: [AutomationDefinition.YAMLOverlay]
        let search: AutomationDefinition.FileSearch?
    }

    func decodeUpdates(_ fields: MappingReader) -> Updates {
        let replacements = fields.field("regexReplacements")?.elements()?.compactMap(decodeReplacement) ?? []
        let overlays = fields.field("yamlOverlays")?.elements()?.compactMap(decodeOverlay) ?? []
        let search = decodeSearch(fields)
        note(["yq": "Plural does not carry it out either"], in: fields)
        fields.finish()
        return Updates(replacements: replacements, overlays: overlays, search: search)
    }

    private func decodeReplacement(_ element: FieldValue) -> AutomationDefinition.RegexReplacement? {
        guard let fields = element.fields() else { return nil }
        let isTemplated = fields.field("templated")?.boolean() ?? false
        let regex = fields.requiredField("regex").flatMap { isTemplated ? $0.nonEmptyString() : pattern($0) }
        let file = fields.requiredField("file")?.nonEmptyString()
        let replacement = fields.requiredField("replacement")?.string()
        let isOptional = fields.field("optional")?.boolean() ?? false
        fields.finish()
        guard let regex, let file, let replacement else { return nil }
        return AutomationDefinition.RegexReplacement(
            file: file, regex: regex, replacement: replacement, isTemplated: isTemplated, isOptional: isOptional)
    }

    private func decodeOverlay(_ element: FieldValue) -> AutomationDefinition.YAMLOverlay? {
        guard let fields = element.fields() else { return nil }
        let file = fields.requiredField("file")?.nonEmptyString()
        let yaml = fields.requiredField("yaml")?.nonEmptyString()
        let isTemplated = fields.field("templated")?.boolean() ?? false
        let lists = fields.field("listMerge")?.choice(AutomationDefinition.YAMLOverlay.ListMerge.self)
        fields.finish()
        guard let file, let yaml else { return nil }
        return AutomationDefinition.YAMLOverlay(
            file: file, yaml: yaml, isTemplated: isTemplated, lists: lists ?? .overwrite)
    }

    /// The older form; its fields stand beside those of the newer ones.
    private func decodeSearch(_ fields: MappingReader) -> AutomationDefinition.FileSearch? {
        let parts = ["files", "regexes", "replaceTemplate", "matchStrategy"]
        guard fields.hasAny(of: parts) else {
            for part in parts { _ = fields.field(part) }
            return nil
        }
        let files = fields.requiredField("files")?.elements()?.compactMap { $0.nonEmptyString() }
        let regexes = fields.requiredField("regexes")?.elements()?.compactMap(pattern)
        let replacement = fields.requiredField("replaceTemplate")?.string()
        let strategy = fields.requiredField("matchStrategy").flatMap(decodeStrategy)
        guard let files, let regexes, let replacement, let strategy else { return nil }
        return AutomationDefinition.FileSearch(
            files: files, regexes: regexes, replacement: replacement, strategy: strategy)
    }

    private func decodeStrategy(_ field: FieldValue) -> AutomationDefinition.FileSearch.Strategy? {
        if field.node.scalar?.text == "ALL" {
            problems.error(
                "`\(field.path)` is `ALL`, with which Plural changes nothing", at: field.location,
                hint: "`ANY` replaces what each expression matches, `RECURSIVE` what each matches within the one before"
            )
            return nil
        }
        return field.choice(AutomationDefinition.FileSearch.Strategy.self)
    }

    private func pattern(_ field: FieldValue) -> Located<String>? {
        guard let text = field.nonEmptyString() else { return nil }
        do {
            _ = try GoPattern(text.value)
            return text
        } catch {
            problems.error(
                "`\(field.path)` is no regular expression: \(error.message)", at: text.location, hint: error.hint)
            return nil
        }
    }
}
