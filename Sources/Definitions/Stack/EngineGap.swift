import Diagnostics
import YAML

/// A field that definitions may hold and that nothing carries out yet. Deleting its line here says that it now is.
struct EngineGap {
    /// Names from the document's root; `*` is any key or element.
    private let path: [String]
    private let groups: [APIGroup]
    /// The value, or the absence of one, with which the field asks for nothing.
    private let harmless: String?
    /// In these groups its absence asks for something too.
    private let absenceCounts: [APIGroup]

    private init(
        _ path: String, harmless: String? = nil, in groups: [APIGroup] = APIGroup.allCases,
        absenceCountsIn absenceCounts: [APIGroup] = []
    ) {
        self.path = path.split(separator: ".").map(String.init)
        self.groups = groups
        self.harmless = harmless
        self.absenceCounts = absenceCounts
    }

    private static let all = [
        EngineGap("spec.type", harmless: "TERRAFORM"),
        EngineGap("spec.git"),
        EngineGap("spec.repositoryRef"),
        EngineGap("spec.files"),
        EngineGap("spec.environment.*.secretKeyRef"),
        EngineGap("spec.environment.*.configMapRef"),
        EngineGap("spec.variables.*.secretKeyRef", in: [.fleet]),
        EngineGap("spec.manageState", harmless: "true", absenceCountsIn: [.plural]),
        EngineGap("spec.backend"),
        EngineGap("spec.policyEngine"),
        EngineGap("spec.policies"),
        EngineGap("spec.configuration.hooks"),
        EngineGap("spec.configuration.workspace", harmless: "default"),
        EngineGap("spec.configuration.terraform.tofu", harmless: "false"),
        EngineGap("spec.stackDefinitionRef"),
        EngineGap("spec.identity"),
        EngineGap("spec.clusters"),
        EngineGap("spec.detach", harmless: "false"),
    ]

    /// The fields of a merged stack that nothing carries out, with their places.
    static func fields(of document: YAMLNode, in group: APIGroup, at location: SourceLocation) -> [Located<String>] {
        let schema = group.schema
        return all.filter { $0.groups.contains(group) }.compactMap { gap in
            let name = gap.path.joined(separator: ".")
            if let place = gap.place(in: document, path: gap.path[...], schema) { return Located(name, at: place) }
            let isAbsent = document[path: gap.path] == nil
            return isAbsent && gap.absenceCounts.contains(group) ? Located(name, at: location) : nil
        }
    }

    private func place(in node: YAMLNode, path: ArraySlice<String>, _ schema: YAMLSchema) -> SourceLocation? {
        guard let key = path.first else { return nil }
        if key == "*" {
            let children = node.sequence ?? node.mapping?.map(\.value) ?? []
            return children.lazy.compactMap { place(in: $0, path: path.dropFirst(), schema) }.first
        }
        guard let pair = node.pair(key), !pair.value.isNull else { return nil }
        if path.count > 1 { return place(in: pair.value, path: path.dropFirst(), schema) }
        let isEmpty = pair.value.mapping?.isEmpty == true || pair.value.sequence?.isEmpty == true
        let isHarmless = harmless != nil && LiteralValue(pair.value, schema).text == harmless
        return isEmpty || isHarmless ? nil : pair.keyLocation
    }
}

extension YAMLNode {
    /// The node below several keys; null counts as absent.
    subscript(path path: [String]) -> YAMLNode? {
        var node: YAMLNode? = self
        for key in path { node = node?[key] }
        return node?.isNull == true ? nil : node
    }
}
