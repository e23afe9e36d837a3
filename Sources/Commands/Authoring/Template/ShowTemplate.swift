import ArgumentParser
import Definitions
import Diagnostics
import JSON
import ModuleInterface
import Templates
import Terminal

/// `stack template show`
struct ShowTemplate: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a template and its form.",
        discussion: """
            Examples:

              stack template show eks-cluster
              stack template show eks-cluster@1.0.0
              stack template show eks-cluster@stable
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Argument(
        help: ArgumentHelp(
            "The template, with `@` and a version, a range or a channel; default: the newest.", valueName: "template"))
    var template: String

    func run(in context: CommandContext) async throws -> Int32 {
        let reference = try TemplateReference(argument: template)
        let library = try await context.templateLibrary(adding: [reference])
        let opened = try library.opened(reference)
        let listing = listedTemplates(in: library.project).first {
            $0.name == opened.definition.name.value && $0.version == opened.definition.version
        }
        let lines = summary(opened, listing) + form(opened.definition).lines(width: context.output.resultWidth)
        try context.write(
            payload(opened, listing), names: ["\(opened.definition.name.value)@\(opened.definition.version)"],
            format: format.output, lines: lines)
        return ExitStatus.done
    }

    private func summary(_ template: OpenedTemplate, _ listing: ListedTemplate?) -> [StyledLine] {
        let definition = template.definition
        var rows = [
            ("Template", "\(definition.name.value) \(definition.version)"),
            ("Place", definition.origin?.source ?? definition.folder), ("Digest", template.content.digest),
        ]
        if let documentation = definition.documentation { rows.insert(("About", documentation), at: 1) }
        if let channels = listing?.channels, !channels.isEmpty {
            rows.append(("Channels", channels.map(\.rawValue).joined(separator: ", ")))
        }
        if let stacks = listing?.stacks, !stacks.isEmpty { rows.append(("Stacks", stacks.joined(separator: ", "))) }
        let outputs = template.module.outputs.keys.sorted()
        if !outputs.isEmpty { rows.append(("Outputs", outputs.joined(separator: ", "))) }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, value in
            StyledLine([StyledSpan(name.padded(to: width + 2), .strong), StyledSpan(value)])
        } + [StyledLine()]
    }

    private func form(_ template: TemplateDefinition) -> Table {
        var table = Table(columns: ["PARAMETER", "TYPE", "DEFAULT", "ALLOWED", "ABOUT"])
        for parameter in template.parameters {
            table.append([
                parameter.name.value, parameter.kind.rawValue,
                parameter.defaultValue.map { $0.value.text ?? $0.value.json().text }
                    ?? (parameter.optional ? "(optional)" : "(required)"),
                parameter.allowed,
                [parameter.documentation, parameter.conditionText].compactMap(\.self)
                    .joined(separator: "; "),
            ])
        }
        return table
    }

    private func payload(_ template: OpenedTemplate, _ listing: ListedTemplate?) -> JSONValue {
        let definition = template.definition
        return [
            "name": .string(definition.name.value), "version": .string(definition.version.description),
            "documentation": definition.documentation.map(JSONValue.string) ?? .null,
            "place": .string(definition.origin?.source ?? definition.folder),
            "digest": .string(template.content.digest),
            "channels": .array(listing?.channels.map { .string($0.rawValue) } ?? []),
            "stacks": .array(listing?.stacks.map(JSONValue.string) ?? []),
            "outputs": .array(template.module.outputs.keys.sorted().map(JSONValue.string)),
            "parameters": .array(definition.parameters.map(\.payload)),
        ]
    }
}

extension TemplateParameter {
    /// What a value of it may be, beyond its type.
    fileprivate var allowed: String {
        values.isEmpty ? validation?.regex ?? (validation?.json == true ? "JSON" : "") : values.joined(separator: ", ")
    }

    /// `only with tier EQ durable`
    fileprivate var conditionText: String? {
        condition.map { "only with \($0.field.value) \($0.operation.rawValue) \($0.value.text ?? "null")" }
    }

    fileprivate var payload: JSONValue {
        [
            "name": .string(name.value), "type": .string(kind.rawValue),
            "default": defaultValue?.value.json() ?? .null, "required": .bool(isRequired),
            "values": .array(values.map(JSONValue.string)),
            "pattern": validation?.regex.map(JSONValue.string) ?? .null,
            "documentation": documentation.map(JSONValue.string) ?? .null,
        ]
    }
}
