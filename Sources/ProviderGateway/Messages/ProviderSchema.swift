/// The answer of a provider to `GetProviderSchema`, of which only the outermost level is read.
///
/// Source of the numbers, the same in both protocols:
/// https://github.com/hashicorp/terraform/blob/v1.11.4/docs/plugin-protocol/tfplugin6.8.proto
struct ProviderSchema: Hashable, Sendable {
    let bytes: [UInt8]
    private let fields: [ProtobufField]

    private enum Field {
        static let resources: UInt64 = 2
        static let dataSources: UInt64 = 3
        static let diagnostics: UInt64 = 4
        static let serverCapabilities: UInt64 = 6
        static let functions: UInt64 = 7
        static let ephemeralResources: UInt64 = 8
        /// Maps from the name of a type to its schema.
        static let byType: Set<UInt64> = [resources, dataSources, ephemeralResources]
        /// Maps from a name to its schema.
        static let byName = byType.union([functions])
        /// `get_provider_schema_optional` of the server's capabilities.
        static let schemaOptional: UInt64 = 2
    }

    /// Nil when the bytes are no such answer.
    init?(_ bytes: [UInt8]) {
        guard let fields = ProtobufField.all(of: bytes[...]) else { return nil }
        self.bytes = bytes
        self.fields = fields
    }

    /// The provider has complained of something instead of answering, or while it did.
    var hasDiagnostics: Bool { fields.contains { $0.number == Field.diagnostics } }

    /// The provider says that it works in a process that nobody has asked for the schema.
    var isOptional: Bool {
        let capabilities = fields.last { $0.number == Field.serverCapabilities }?.content
        let flags = capabilities.flatMap { ProtobufField.all(of: bytes[$0]) } ?? []
        return flags.last { $0.number == Field.schemaOptional }?.value == .number(1)
    }

    /// The names of all resources, data sources and functions.
    var names: [String] { fields.filter { Field.byName.contains($0.number) }.compactMap(entryName) }

    /// Whether one of the types, by its name, would have to be this provider's and is not.
    func lacks(anyOf types: Set<String>) -> Bool {
        let known = Set(fields.filter { Field.byType.contains($0.number) }.compactMap(entryName))
        let prefixes = Set(known.map(providerName))
        return types.contains { !known.contains($0) && prefixes.contains(providerName(in: $0)) }
    }

    /// The same answer with only those resources, data sources and functions that are named; everything else stays as it
    /// is, byte by byte.
    ///
    /// - Returns: nil when an entry cannot be read.
    func cut(to names: Set<String>) -> [UInt8]? {
        var result: [UInt8] = []
        for field in fields {
            if Field.byName.contains(field.number) {
                guard let name = entryName(of: field) else { return nil }
                // A name that `IdentifierScanner` would not find in one piece.
                let isIdentifier = name.utf8.allSatisfy(IdentifierScanner.isPart)
                if isIdentifier && !names.contains(name) { continue }
            }
            result += bytes[field.range]
        }
        return result
    }

    /// The key of an entry of a map: a message with the key as 1 and the value as 2.
    private func entryName(of field: ProtobufField) -> String? {
        guard let entry = field.content.flatMap({ ProtobufField.all(of: bytes[$0]) }),
            let key = entry.last(where: { $0.number == 1 })?.content
        else { return nil }
        return String(validating: bytes[key], as: UTF8.self)
    }
}

/// What stands before the first underscore of a type; Terraform takes it for the name of the provider.
private func providerName(in type: String) -> Substring { type.prefix { $0 != "_" } }
