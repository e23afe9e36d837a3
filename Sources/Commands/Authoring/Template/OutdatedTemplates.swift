import ArgumentParser
import Definitions
import JSON
import Templates
import Terminal

/// `stack template outdated`
struct OutdatedTemplates: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "outdated", abstract: "List the stacks whose template is known in a newer version.",
        discussion: """
            Examples:

              stack template outdated
              stack template outdated -o name

            CURRENT is what a plan uses, ALLOWED the newest that the stack's own words allow,
            NEWEST the newest that there is.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Flag(help: "End with 2 when a stack is behind.")
    var detailedExitcode = false

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, project) = try await context.project()
        let stacks = outdatedStacks(in: project, listed: try await context.templates(root).listed(by: project))
        var table = Table(columns: ["STACK", "TEMPLATE", "WANTED", "CURRENT", "ALLOWED", "NEWEST"])
        for stack in stacks {
            table.append([
                stack.stack, stack.template, stack.wanted.text, "\(stack.current)", "\(stack.allowed)",
                "\(stack.newest)",
            ])
        }
        try context.write(
            stacks.map(\.payload), names: stacks.map(\.stack), table: table, format: format.output,
            whenEmpty: "Every stack uses the newest version of its template.")
        return detailedExitcode && !stacks.isEmpty ? ExitStatus.changesPending : ExitStatus.done
    }
}

extension OutdatedStack {
    fileprivate var payload: JSONValue {
        [
            "stack": .string(stack), "template": .string(template), "wanted": .string(wanted.text),
            "current": .string(current.description), "allowed": .string(allowed.description),
            "newest": .string(newest.description),
        ]
    }
}

extension TemplateReference.Wanted {
    /// `~> 1.4`, `stable`, `newest`.
    var text: String {
        switch self {
        case .newest: "newest"
        case .range(let range): range.description
        case .channel(let channel): channel.rawValue
        }
    }
}
