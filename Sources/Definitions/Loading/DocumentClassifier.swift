import Diagnostics
import YAML

/// Tells our documents from those of others, which may stand in the same files.
struct DocumentClassifier {
    enum Verdict {
        case ours(RawDocument)
        /// Another program's; it is counted and nothing else.
        case skipped
        /// Without content.
        case empty
        /// Meant as ours and wrong, or no definition at all; reported already.
        case invalid
    }

    let problems: ProblemCollector

    func classify(_ root: YAMLNode, file: String) -> Verdict {
        if root.isNull { return .empty }
        guard root.mapping != nil else { return isNoDefinition(root.sequence == nil ? "is a text" : "is a list", root) }
        let version = root["apiVersion"].flatMap { node in node.scalar.map { Located($0.text, at: node.location) } }
        let kind = root["kind"].flatMap { node in node.scalar.map { Located($0.text, at: node.location) } }
        guard let version else { return withoutVersion(kind, root) }
        guard let group = group(of: version) else { return foreign(version, kind, root) }
        guard let kind else {
            problems.error("`kind` is missing", at: version.location, hint: kindsHint(of: group))
            return .invalid
        }
        guard isKnown(kind, in: group) else { return .invalid }
        return .ours(prepare(root, file: file, group: group, kind: kind))
    }

    /// Nil where it is another's, or a version that does not exist (which `foreign` reports).
    private func group(of version: Located<String>) -> APIGroup? {
        APIGroup.allCases.first { $0.apiVersion == version.value }
    }

    /// Whoever put it there may have meant a definition, or believe that it is read.
    private func isNoDefinition(_ reason: String, _ root: YAMLNode) -> Verdict {
        problems.warning(
            "the document \(reason), and so it is no definition and is passed over", at: root.location,
            hint:
                "a definition is a mapping with `apiVersion` (\(APIGroup.allCases.map(\.apiVersion).quotedList)) and `kind`"
        )
        return .invalid
    }

    private func withoutVersion(_ kind: Located<String>?, _ root: YAMLNode) -> Verdict {
        guard let kind else { return isNoDefinition("has neither `apiVersion` nor `kind`", root) }
        guard DefinitionKind.fleet.contains(kind.value) else { return isNoDefinition("has no `apiVersion`", root) }
        problems.error("`apiVersion` is missing", at: kind.location, hint: Self.groupsHint(for: kind.value))
        return .invalid
    }

    private func foreign(_ version: Located<String>, _ kind: Located<String>?, _ root: YAMLNode) -> Verdict {
        let group = version.value.split(separator: "/", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        if let known = APIGroup(rawValue: group) {
            problems.error(
                "`\(version.value)` does not exist; the version of this group is `\(known.apiVersion)`",
                at: version.location)
            return .invalid
        }
        guard let kind else { return isNoDefinition("has no `kind`", root) }
        guard DefinitionKind.fleet.contains(kind.value) else { return .skipped }
        problems.error(
            "`\(kind.value)` is no kind of the group `\(version.value)` that is read here", at: version.location,
            hint: Self.groupsHint(for: kind.value))
        return .invalid
    }

    private static func groupsHint(for kind: String) -> String {
        let (fleet, plural) = (APIGroup.fleet.apiVersion, APIGroup.plural.apiVersion)
        return DefinitionKind.plural.contains(kind)
            ? "write `\(fleet)`, or `\(plural)` for a definition of Plural's"
            : "write `\(fleet)`; the other group that is read, `\(plural)`, has no such kind"
    }

    private func isKnown(_ kind: Located<String>, in group: APIGroup) -> Bool {
        switch group {
        case .fleet where !DefinitionKind.fleet.contains(kind.value):
            problems.error("unknown kind `\(kind.value)`", at: kind.location, hint: hint(forUnknown: kind.value))
            return false
        case .plural where !DefinitionKind.plural.contains(kind.value):
            if let near = suggestion(for: kind.value, among: DefinitionKind.plural) {
                problems.error("unknown kind `\(kind.value)`; did you mean `\(near)`?", at: kind.location)
                return false
            }
            problems.hasNoEffect(
                "the kind `\(kind.value)`", because: DefinitionKind.pluralServerReason, at: kind.location)
            return true
        default: return true
        }
    }

    private func hint(forUnknown kind: String) -> String {
        if let near = suggestion(for: kind, among: DefinitionKind.fleet) { return "did you mean `\(near)`?" }
        if DefinitionKind.plural.contains(kind) { return "it is a kind of `\(APIGroup.plural.apiVersion)`" }
        return kindsHint(of: .fleet)
    }

    private func kindsHint(of group: APIGroup) -> String {
        "kinds of this group: \((group == .fleet ? DefinitionKind.fleet : DefinitionKind.plural).quotedList)"
    }

    private func prepare(_ root: YAMLNode, file: String, group: APIGroup, kind: Located<String>) -> RawDocument {
        var root = root
        if group == .plural {
            let merged = root.mergingKeys()
            problems.add(merged.problems)
            root = merged.node
        }
        problems.add(root.problems(group.schema))
        return RawDocument(root: root, file: file, group: group, kind: kind.value, location: kind.location)
    }
}
