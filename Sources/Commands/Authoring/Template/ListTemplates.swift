import ArgumentParser
import Definitions
import Diagnostics
import JSON
import Templates
import Terminal

/// `stack template list`
struct ListTemplates: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the templates, in every version.",
        discussion: """
            Examples:

              stack template list
              stack template list -o json

            Those of the project's own folders and those that its catalogs list; below them its
            automations, which have no versions.
            """,
        aliases: ["ls"])

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, loaded) = try context.loadedProject()
        let project = loaded.project
        let templates = listedTemplates(in: project, listed: try await context.templates(root).listed(by: project))
        var table = Table(columns: ["NAME", "VERSION", "CHANNELS", "STACKS", "PLACE", "DOCUMENTATION"])
        for template in templates {
            table.append([
                template.name, template.version.description,
                template.channels.map(\.rawValue).joined(separator: ","), "\(template.stacks.count)", template.place,
                template.documentation ?? "",
            ])
        }
        for automation in project.automations {
            table.append([automation.name.value, "", "", "", automation.file, automation.documentation ?? ""])
        }
        try context.write(
            templates.map(\.payload), names: templates.map { "\($0.name)@\($0.version)" }, table: table,
            format: format.output, whenEmpty: "There are no templates.")
        return ExitStatus.done
    }
}

extension ListedTemplate {
    var payload: JSONValue {
        [
            "name": .string(name), "version": .string(version.description),
            "channels": .array(channels.map { .string($0.rawValue) }), "place": .string(place),
            "documentation": documentation.map(JSONValue.string) ?? .null,
            "stacks": .array(stacks.map(JSONValue.string)),
        ]
    }
}
