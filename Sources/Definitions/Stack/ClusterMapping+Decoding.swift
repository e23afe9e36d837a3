import Diagnostics

extension ClusterMapping {
    /// Reads `spec.cluster` of a stack.
    init(stack fields: MappingReader) {
        self.init(
            handle: fields.field("handle")?.name(.strict), pool: fields.field("pool")?.name(.strict), common: fields)
    }

    /// Reads `spec.cluster` of a template, which serves many clusters and so names none.
    init(template fields: MappingReader) {
        self.init(handle: nil, pool: nil, common: fields)
    }

    private init(handle: Located<String>?, pool: Located<String>?, common fields: MappingReader) {
        self.init(
            handle: handle,
            pool: pool,
            provider: fields.field("provider")?.nonEmptyString()?.value,
            distribution: fields.field("distribution")?.nonEmptyString()?.value,
            tags: fields.field("tags")?.stringMap()?.mapValues(\.value),
            outputs: Self.outputs(fields.field("outputs")))
        fields.finish()
    }

    /// The fields of a cluster record that an output may fill.
    private static let recordFields = [
        "name", "displayName", "provider", "distribution", "region", "account", "endpoint", "certificateAuthority",
        "oidcIssuer", "version", "nodePools", "authentication", "tags", "metadata",
    ]

    private static func outputs(_ field: FieldValue?) -> [String: String] {
        var outputs: [String: String] = [:]
        for (key, value) in field?.entries() ?? [] {
            if !recordFields.contains(key.value) {
                value.problems.error(
                    "a cluster record has no field `\(key.value)` that an output can fill", at: key.location,
                    hint: suggestion(for: key.value, among: recordFields).map { "did you mean `\($0)`?" }
                        ?? "it has \(recordFields.quotedList)")
            }
            outputs[key.value] = value.nonEmptyString()?.value
        }
        return outputs
    }
}
