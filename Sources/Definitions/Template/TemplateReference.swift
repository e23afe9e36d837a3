/// The golden template that a stack names.
package struct TemplateReference: Hashable, Sendable {
    /// Which of the template's versions is meant.
    package enum Wanted: Hashable, Sendable {
        /// The newest that is no pre-release.
        case newest
        case range(VersionConstraint)
        /// The one that stands in this channel.
        case channel(UpgradeChannel)
    }

    package let name: String
    package let wanted: Wanted
    /// A git repository or a bundle; nil is the project's own `templates/`, else what its catalogs list.
    package let source: String?
    /// What the content has to have, as `sha256:…`.
    package let digest: String?

    package init(name: String, wanted: Wanted, source: String? = nil, digest: String? = nil) {
        self.name = name
        self.wanted = wanted
        self.source = source
        self.digest = digest
    }
}

extension TemplateReference: CustomStringConvertible {
    /// `eks-cluster ~> 1.4`
    package var description: String {
        switch wanted {
        case .newest: name
        case .range(let range): "\(name) \(range)"
        case .channel(let channel): "\(name) (\(channel.rawValue))"
        }
    }
}

/// A template that is kept elsewhere, as it is asked for: a channel is the version in it by now.
package struct TemplateRequest: Hashable, Sendable {
    package let name: String
    /// Nil takes the newest that is no pre-release.
    package let version: VersionConstraint?
    /// Nil asks the catalogs.
    package let source: String?
    package let digest: String?
}

extension TemplateRequest: CustomStringConvertible {
    package var description: String { name + (version.map { " \($0)" } ?? "") }
}
