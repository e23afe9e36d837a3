package import Diagnostics

extension TemplateReference {
    /// Reads how a command line names a template: `eks-cluster`, `eks-cluster@1.4.0`, `eks-cluster@~> 1.3`,
    /// `eks-cluster@stable`.
    ///
    /// - Throws: a `Diagnostic` when what stands behind `@` is no version, no range and no channel.
    package init(argument text: String) throws(Diagnostic) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        self.init(name: parts[0], wanted: try Self.wanted(parts.count == 2 ? parts[1] : nil), source: nil, digest: nil)
    }

    private static func wanted(_ text: String?) throws(Diagnostic) -> Wanted {
        guard let text else { return .newest }
        if let channel = UpgradeChannel(rawValue: text) { return .channel(channel) }
        do throws(VersionConstraint.SyntaxError) {
            return .range(try VersionConstraint(text))
        } catch {
            throw .error(
                "`\(text)` is no version of a template: \(error.message)",
                hint: "channels are \(UpgradeChannel.allCases.map(\.rawValue).quotedList)",
                outcome: .usage)
        }
    }
}
