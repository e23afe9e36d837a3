import FoundationEssentials

/// What the first line of a remembered schema says of it.
struct SchemaSummary: Hashable, Sendable {
    let protocolVersion: Int
    /// See `ProviderSchema`.
    let isOptional: Bool
    let digest: String

    var line: String { "\(protocolVersion) \(isOptional) \(digest)\n" }

    /// More than the line has.
    static let limit = 200

    /// Nil when the data does not begin with such a line.
    init?(_ data: Data) {
        guard let end = data.prefix(Self.limit).firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let words = String(decoding: data[..<end], as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count == 3, let version = Int(words[0]), let isOptional = Bool(words[1]) else { return nil }
        self.init(protocolVersion: version, isOptional: isOptional, digest: words[2])
    }

    init(protocolVersion: Int, isOptional: Bool, digest: String) {
        self.protocolVersion = protocolVersion
        self.isOptional = isOptional
        self.digest = digest
    }
}
