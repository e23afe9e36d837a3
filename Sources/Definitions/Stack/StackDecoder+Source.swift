import Diagnostics
import YAML

extension StackDecoder {
    /// Of `template`, `path` and `git` exactly one; in Plural's group only `git`.
    func decodeSource(_ spec: MappingReader) -> Located<StackSource>? {
        let names = group == .fleet ? ["template", "path", "git"] : ["git"]
        let repository = spec.field("repositoryRef")
        guard let (name, field) = spec.exactlyOne(of: names) else {
            problems.error(
                "`spec` names no source: one of \(names.quotedList) is needed",
                at: document.name?.location ?? spec.location)
            return nil
        }
        if name != "git", let repository {
            problems.error("`spec.repositoryRef` belongs to `spec.git`", at: repository.keyLocation)
        }
        switch name {
        case "template": return decodeTemplate(field).map { Located(.template($0), at: field.location) }
        case "path": return field.pathInTree().map { $0.map(StackSource.path) }
        default: return decodeGit(field, repository: repository).map { Located(.git($0), at: field.keyLocation) }
        }
    }

    private func decodeTemplate(_ field: FieldValue) -> TemplateReference? {
        guard let fields = field.fields() else { return nil }
        let name = fields.requiredField("name")?.name(.strict)
        let wanted = decodeWanted(fields)
        let source = fields.field("source")?.nonEmptyString()
        let digest = fields.field("digest")
        let expected = digest?.contentDigest()
        fields.finish()
        if let digest, source == nil {
            problems.error("`\(digest.path)` belongs to a `source`", at: digest.keyLocation)
        }
        if let source, case .channel = wanted {
            problems.error(
                "a `source` is one version already, so `channel` chooses nothing", at: source.location,
                hint: "list the versions in a `\(DefinitionKind.catalog)` to choose by channel")
        }
        return name.map {
            TemplateReference(name: $0.value, wanted: wanted, source: source?.value, digest: expected?.value)
        }
    }

    private func decodeWanted(_ fields: MappingReader) -> TemplateReference.Wanted {
        switch fields.exactlyOne(of: ["version", "channel"]) {
        case ("version", let field)?: field.versionConstraint().map { .range($0.value) } ?? .newest
        case (_, let field)?: field.choice(UpgradeChannel.self).map { .channel($0) } ?? .newest
        case nil: .newest
        }
    }

    private func decodeGit(_ field: FieldValue, repository: FieldValue?) -> GitSource? {
        guard let fields = field.fields() else { return nil }
        let ref = fields.requiredField("ref")?.nonEmptyString()
        let folder = fields.requiredField("folder")?.nonEmptyString()
        let url = fields.field("url")?.nonEmptyString()
        if group == .plural, let files = fields.field("files") {
            problems.hasNoEffect("`spec.git.files`", because: "the whole folder is read", at: files.keyLocation)
        }
        fields.finish()
        let repositoryName = repository.flatMap(decodeReference)
        if url == nil, repository == nil {
            problems.error("`spec.git` needs a `url`, or `spec.repositoryRef` beside it", at: field.keyLocation)
        }
        guard let ref, let folder else { return nil }
        return GitSource(url: url?.value, ref: ref.value, folder: folder.value, repositoryRef: repositoryName)
    }

    /// A reference to another object: its name, and in Plural's group what Kubernetes adds. In ours the name alone is
    /// enough.
    func decodeReference(_ field: FieldValue) -> String? {
        if group == .fleet, field.node.scalar != nil { return field.name(.free)?.value }
        guard let fields = field.fields() else { return nil }
        let name = fields.requiredField("name")?.name(.free)
        if group == .plural {
            for key in ["namespace", "kind", "apiVersion", "uid", "resourceVersion", "fieldPath"] {
                _ = fields.field(key)
            }
        }
        fields.finish()
        return name?.value
    }
}
