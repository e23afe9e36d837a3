import Archive
package import Definitions
import Diagnostics
import FoundationEssentials
import JSON
package import ModuleInterface

/// What an upgrade from one version of a template to another brings.
package struct TemplateDifference: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case added
        case removed
        case changed
    }

    /// A parameter, an output or a file.
    package struct Entry: Hashable, Sendable {
        package let kind: Kind
        package let name: String
        /// What changed, in words: "default 3 → 5"; for an added parameter what it asks for.
        package let details: [String]
    }

    package let parameters: [Entry]
    package let outputs: [Entry]
    package let files: [Entry]

    package var isEmpty: Bool { parameters.isEmpty && outputs.isEmpty && files.isEmpty }
}

/// A template with what its folder holds.
package struct OpenedTemplate: Sendable {
    package let definition: TemplateDefinition
    package let module: ModuleInterface
    package let content: TemplateContent

    package init(definition: TemplateDefinition, module: ModuleInterface, content: TemplateContent) {
        self.definition = definition
        self.module = module
        self.content = content
    }
}

extension TemplateDifference {
    package init(from old: OpenedTemplate, to new: OpenedTemplate) {
        parameters = Self.entries(
            old.definition.parameters.map { ($0.name.value, $0.aspects) },
            new.definition.parameters.map { ($0.name.value, $0.aspects) })
        outputs = Self.entries(
            old.module.outputs.values.map { ($0.name, $0.aspects) },
            new.module.outputs.values.map { ($0.name, $0.aspects) })
        files = Self.files(old.content.entries, new.content.entries)
    }

    /// What a thing says of itself, by aspect: "default" → "3".
    fileprivate typealias Aspects = [(name: String, text: String)]

    private static func entries(_ old: [(String, Aspects)], _ new: [(String, Aspects)]) -> [Entry] {
        let before = Dictionary(old) { $1 }
        let after = Dictionary(new) { $1 }
        return Set(before.keys).union(after.keys).sorted().compactMap { name in
            switch (before[name], after[name]) {
            case (nil, let aspects?):
                Entry(kind: .added, name: name, details: aspects.filter { !$0.text.isEmpty }.map { "\($0) \($1)" })
            case (_?, nil): Entry(kind: .removed, name: name, details: [])
            case (let old?, let new?):
                changes(old, new).map { Entry(kind: .changed, name: name, details: $0) }
            default: nil
            }
        }
    }

    private static func files(_ old: [ArchiveEntry], _ new: [ArchiveEntry]) -> [Entry] {
        let before = Dictionary(old.map { ($0.path, $0.content) }) { $1 }
        let after = Dictionary(new.map { ($0.path, $0.content) }) { $1 }
        return Set(before.keys).union(after.keys).sorted().compactMap { path in
            switch (before[path], after[path]) {
            case (nil, _?): Entry(kind: .added, name: path, details: [])
            case (_?, nil): Entry(kind: .removed, name: path, details: [])
            case (let old?, let new?) where old != new: Entry(kind: .changed, name: path, details: [lines(old, new)])
            default: nil
            }
        }
    }

    /// How many lines came and went: "+3 −1"; what else changed where that says nothing.
    private static func lines(_ old: ArchiveEntry.Content, _ new: ArchiveEntry.Content) -> String {
        guard case .file(let old, _) = old, case .file(let new, _) = new, old != new else { return "mode or kind" }
        let edits = lineEdits(from: Array(old), to: Array(new))
        return "+\(edits.count { $0.kind == .added }) −\(edits.count { $0.kind == .removed })"
    }

    private static func changes(_ old: Aspects, _ new: Aspects) -> [String]? {
        let details = zip(old, new).compactMap { old, new -> String? in
            guard old.text != new.text else { return nil }
            return "\(new.name) \(old.text.isEmpty ? "none" : old.text) → \(new.text.isEmpty ? "none" : new.text)"
        }
        return details.isEmpty ? nil : details
    }
}

extension TemplateParameter {
    fileprivate var aspects: TemplateDifference.Aspects {
        [
            ("type", kind.rawValue), ("values", values.joined(separator: ", ")),
            ("default", defaultValue?.value.json().text ?? ""),
            ("required", isRequired ? "yes" : "no"),
            ("pattern", validation?.regex ?? ""),
            (
                "asked when",
                condition.map { "\($0.field.value) \($0.operation.rawValue) \($0.value.text ?? "")" } ?? ""
            ),
        ]
    }
}

extension Output {
    fileprivate var aspects: TemplateDifference.Aspects { [("sensitive", isSensitive ? "yes" : "no")] }
}
