import Diagnostics
import SourceTree

/// Finds the automations of a project: in any file below its stack folders, in the files beside its templates, and in
/// every `automation.yaml` of a template folder. Other YAML of a template folder is not read: it may be what an
/// automation makes files of.
struct AutomationLoader {
    private let reader: DefinitionReader

    init(_ reader: DefinitionReader) {
        self.reader = reader
    }

    /// By name.
    func automations(
        in documents: [RawDocument], beside others: [RawDocument], _ folders: [String]
    )
        -> [AutomationDefinition]
    {
        let files = reader.files(below: folders, stopAtFirst: true) { $0 == ProjectLayout.automationFile }
        let own = files.flatMap(reader.read)
        for other in own where other.kind != DefinitionKind.automation {
            reader.problems.error(
                "`\(other.kind)` cannot stand in an `\(ProjectLayout.automationFile)`", at: other.location)
        }
        let automations = (documents + others + own).filter { $0.kind == DefinitionKind.automation }
            .compactMap { AutomationDecoder(document: $0, problems: reader.problems).decode() }
        reportDuplicates(of: automations)
        return automations.sorted { $0.name.value < $1.name.value }
    }

    private func reportDuplicates(of automations: [AutomationDefinition]) {
        var first: [String: SourceLocation] = [:]
        for automation in automations {
            let name = automation.name
            if let other = first[name.value] {
                reader.problems.error(
                    "there are two automations with the name `\(name.value)`", at: name.location,
                    notes: [.init("the other one", at: other)])
            } else {
                first[name.value] = name.location
            }
        }
    }
}
