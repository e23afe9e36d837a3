import ArgumentParser
import Definitions

/// A template on the command line: `eks-cluster`, `eks-cluster@1.3.0`, `eks-cluster@~> 1.3`, `eks-cluster@stable`.
struct TemplateArgument: ExpressibleByArgument, Hashable {
    let reference: TemplateReference

    init?(argument: String) {
        let parts = argument.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, NameRule.strict.problem(with: name) == nil,
            let wanted = parts.count == 1 ? .newest : Self.wanted(parts[1])
        else { return nil }
        reference = TemplateReference(name: name, wanted: wanted)
    }

    /// The same template in another version: `1.4.0`, or what `init(argument:)` takes behind the name.
    static func wanted(_ text: String) -> TemplateReference.Wanted? {
        if let channel = UpgradeChannel(rawValue: text) { return .channel(channel) }
        return (try? VersionConstraint(text)).map { .range($0) }
    }
}
