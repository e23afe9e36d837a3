package import Diagnostics

/// The upgrade channels of a fleet, from the first to get a new version to the last.
package enum UpgradeChannel: String, CaseIterable, Hashable, Sendable {
    case rapid
    case regular
    case stable
}

/// Which versions of a template stand in which channels.
package struct TemplateChannels: Sendable {
    /// The template's name.
    package let name: Located<String>
    package let versions: [UpgradeChannel: Located<SemanticVersion>]
}

extension TemplateChannels {
    /// Reads a `TemplateChannels` document; nil when it has no usable name.
    init?(_ document: RawDocument, _ problems: ProblemCollector) {
        let root = document.reader(problems)
        let name = root.requiredField("metadata")?.fields().flatMap { metadata in
            defer { metadata.finish() }
            return metadata.requiredField("name")?.name(.strict)
        }
        var versions: [UpgradeChannel: Located<SemanticVersion>] = [:]
        if let spec = root.requiredField("spec")?.fields() {
            for channel in UpgradeChannel.allCases {
                versions[channel] = spec.field(channel.rawValue)?.semanticVersion()
            }
            spec.finish()
        }
        root.finish()
        guard let name else { return nil }
        self.init(name: name, versions: versions)
    }
}
