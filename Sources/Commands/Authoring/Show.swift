import ArgumentParser
import Definitions
import Diagnostics
import JSON
import Templates
import Terminal

/// `stack show`
struct Show: StackCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show one stack as it is after merging.",
        discussion: """
            Examples:

              stack show dev
              stack show dev --explain
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Argument(help: "The stack.", completion: stackNameCompletion)
    var name: String

    @Flag(help: "The merged definition as YAML.")
    var rendered = false

    @Flag(help: "Each value with the place that it comes from.")
    var explain = false

    func validate() throws {
        if rendered, explain { throw ValidationError("give `--rendered` or `--explain`, not both") }
    }

    func run(in context: CommandContext) async throws -> Int32 {
        let (_, project) = try await context.project()
        let stack = try project.requiredStack(named: name)
        switch format.output {
        case .yaml where !explain, .table where rendered: try context.output.write(stack.rendered)
        default:
            let values = explainedValues(of: stack, in: project)
            try context.write(
                ["name": .string(name), "values": .array(values.map(\.payload))], names: [name], format: format.output,
                lines: explain
                    ? table(values).lines(width: context.output.resultWidth) : summary(of: stack, in: project))
        }
        return ExitStatus.done
    }

    private func table(_ values: [ExplainedValue]) -> Table {
        var table = Table(columns: ["PATH", "VALUE", "FROM"])
        for value in values {
            table.append([value.path, value.value.text ?? value.value.json().text, "\(value.location)"])
        }
        return table
    }

    private func summary(of stack: StackDefinition, in project: Project) -> [StyledLine] {
        var rows = [
            ("Name", stack.name.value), ("Defined in", "\(stack.name.location)"), ("Source", stack.source.value.text),
        ]
        if let template = project.template(of: stack) {
            rows.append(("Template", "\(template.name.value) \(template.version)"))
        }
        if !stack.labels.isEmpty { rows.append(("Labels", stack.labels.text)) }
        let flags = [stack.approval ? "approval" : nil, stack.protect ? "protect" : nil].compactMap { $0 }
        if !flags.isEmpty { rows.append(("Rules", flags.joined(separator: ", "))) }
        let width = rows.map(\.0.count).max() ?? 0
        var lines = rows.map { name, value in
            StyledLine([StyledSpan(name.padded(to: width + 2), .strong), StyledSpan(value)])
        }
        lines.append(StyledLine("Variables", .strong))
        let given = assignedVariables(of: stack, in: project).map { ($0, $1.value.text) }
        let taken = stack.inputs.map(\.value).map { ($0.variable, "(the output \($0.output) of \($0.stack.value))") }
        for (name, text) in (given + taken).sorted(by: { $0.0 < $1.0 }) {
            lines.append(StyledLine("  \(name) = \(text)"))
        }
        return lines
    }
}

extension ExplainedValue {
    fileprivate var payload: JSONValue {
        ["path": .string(path), "value": value.json(), "location": .string("\(location)")]
    }
}

extension ValueSource {
    /// What is written in the definition; a secret's source, never its value.
    fileprivate var text: String {
        switch self {
        case .literal(let literal): literal.json().text
        case .fromEnvironment(let name): "(from the environment variable \(name))"
        case .fromFile(let path): "(from the file \(path))"
        case .fromCommand(let arguments): "(from the command \(arguments.first ?? ""))"
        case .secretKey(let name, let key): "(from the Secret \(name), key \(key))"
        case .configMapKey(let name, let key): "(from the ConfigMap \(name), key \(key))"
        }
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
