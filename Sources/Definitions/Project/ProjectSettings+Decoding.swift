import Diagnostics
import YAML

extension ProjectSettings {
    /// Reads `spec` of a `Project`; what is wrong keeps its default.
    init(_ spec: MappingReader) {
        self.init()
        if let folders = spec.field("stacks").flatMap(Self.folders) { stacks = folders }
        if let folders = spec.field("templates").flatMap(Self.folders) { templates = folders }
        readTerraform(spec.field("terraform")?.fields())
        if let field = spec.field("parallelism"), field.node.scalar?.text != "cores" {
            parallelism = field.integer(in: 1...1_000)
        }
        readState(spec.field("state")?.fields())
        readRetention(spec.field("retention")?.fields())
        if let texts = spec.field("retryable")?.strings() { retryable = texts.map(\.value) }
        readGroups(spec.field("groups"))
        allowedSigners = spec.field("allowedSigners").flatMap(Self.path)
        readSecrets(spec.field("secrets")?.fields())
        withoutEngine = ["groups", "allowedSigners", "secrets"].compactMap { name in
            guard let field = spec.field(name), name != "secrets" || secrets != .none else { return nil }
            return Located("spec.\(name)", at: field.keyLocation)
        }
        spec.finish()
    }

    private mutating func readTerraform(_ fields: MappingReader?) {
        guard let fields else { return }
        if let text = fields.field("binary")?.nonEmptyString() { terraform.binary = text.value }
        terraform.version = fields.field("version")?.versionConstraint()
        terraform.cliConfig = fields.field("cliConfig").flatMap(Self.path)
        fields.finish()
    }

    private mutating func readState(_ fields: MappingReader?) {
        guard let fields else { return }
        if let encryption = fields.field("encryption")?.fields() {
            if let path = encryption.field("keyFile")?.nonEmptyString() { keyFile = path.value }
            encryption.finish()
        }
        fields.finish()
    }

    private mutating func readRetention(_ fields: MappingReader?) {
        guard let fields else { return }
        if let runs = fields.field("runsPerStack")?.integer(in: 1...(.max)) { retention.runsPerStack = runs }
        if let versions = fields.field("stateVersionsPerStack")?.integer(in: 1...(.max)) {
            retention.stateVersionsPerStack = versions
        }
        fields.finish()
    }

    private mutating func readGroups(_ field: FieldValue?) {
        for (name, members) in field?.entries() ?? [] {
            groups[name.value] = members.strings()?.map(\.value)
        }
    }

    private mutating func readSecrets(_ fields: MappingReader?) {
        guard let fields else { return }
        if let field = fields.field("kubernetes") {
            if field.node.mapping != nil {
                secrets = .mapped(Self.mappedSecrets(field))
            } else if let text = field.nonEmptyString()?.value {
                secrets = text == "none" ? .none : .context(text)
            }
        }
        fields.finish()
    }

    private static func mappedSecrets(_ field: FieldValue) -> [String: ValueSource] {
        var sources: [String: ValueSource] = [:]
        for (name, value) in field.entries() ?? [] {
            let parts = name.value.split(separator: "/", omittingEmptySubsequences: false)
            if parts.count != 2 || parts.contains("") {
                field.problems.error(
                    "`\(name.value)` must be the name and the key of a secret, `name/key`", at: name.location)
            }
            guard let fields = value.fields() else { continue }
            let allowed = ["fromEnv", "fromFile", "fromCommand"]
            sources[name.value] = ValueSource.decode(from: fields, allowed: allowed)
            if !fields.hasAny(of: allowed) { value.mustBe("a mapping with one of \(allowed.quotedList)") }
            fields.finish()
        }
        return sources
    }

    private static func folders(_ field: FieldValue) -> [String]? {
        field.elements()?.compactMap { $0.pathInTree()?.value }
    }

    private static func path(_ field: FieldValue) -> String? {
        field.nonEmptyString()?.value
    }
}
