import ArgumentParser
import Definitions
import Diagnostics
import JSON
import Templates
import Terminal

/// `stack template diff`
struct DiffTemplates: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what an upgrade of a template brings.",
        discussion: """
            Examples:

              stack template diff eks-cluster@1.0.0 1.1.0
              stack template diff eks-cluster@stable rapid

            Parameters, outputs and files that were added, removed or changed.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Argument(help: ArgumentHelp("The template in the version that is left.", valueName: "template"))
    var template: String

    @Argument(help: ArgumentHelp("The version, range or channel that is gone to.", valueName: "version"))
    var version: String

    func run(in context: CommandContext) async throws -> Int32 {
        let left = try TemplateReference(argument: template)
        let target = try TemplateReference(argument: "\(left.name)@\(version)")
        let library = try await context.templateLibrary(adding: [left, target])
        let old = try library.opened(left)
        let new = try library.opened(target)
        let difference = TemplateDifference(from: old, to: new)
        try context.write(
            payload(old, new, difference), names: difference.files.map(\.name), format: format.output,
            lines: lines(old, new, difference))
        return ExitStatus.done
    }

    private func lines(
        _ old: OpenedTemplate, _ new: OpenedTemplate, _ difference: TemplateDifference
    ) -> [StyledLine] {
        let heading = StyledLine(
            "\(new.definition.name.value) \(old.definition.version) → \(new.definition.version)", .strong)
        guard !difference.isEmpty else { return [heading, StyledLine("Nothing differs.")] }
        let parts = [
            ("Parameters", difference.parameters), ("Outputs", difference.outputs), ("Files", difference.files),
        ]
        return [heading]
            + parts.filter { !$0.1.isEmpty }.flatMap { title, entries in
                [StyledLine(), StyledLine(title, .strong)] + entries.map(line)
            }
    }

    private func line(_ entry: TemplateDifference.Entry) -> StyledLine {
        let (sign, style): (String, TextStyle) =
            switch entry.kind {
            case .added: ("+", .added)
            case .removed: ("-", .removed)
            case .changed: ("~", .changed)
            }
        let details = entry.details.isEmpty ? "" : "  \(entry.details.joined(separator: "; "))"
        return StyledLine([StyledSpan("  \(sign) \(entry.name)", style), StyledSpan(details)])
    }

    private func payload(
        _ old: OpenedTemplate, _ new: OpenedTemplate, _ difference: TemplateDifference
    ) -> JSONValue {
        func list(_ entries: [TemplateDifference.Entry]) -> JSONValue {
            .array(
                entries.map {
                    [
                        "change": .string($0.kind.rawValue), "name": .string($0.name),
                        "details": .array($0.details.map(JSONValue.string)),
                    ]
                })
        }
        return [
            "template": .string(new.definition.name.value), "from": .string(old.definition.version.description),
            "to": .string(new.definition.version.description), "parameters": list(difference.parameters),
            "outputs": list(difference.outputs), "files": list(difference.files),
        ]
    }
}
