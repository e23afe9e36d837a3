import ArgumentParser
import Diagnostics
import JSON
import Plans
import Records
import Runs
import Secrets
import StateStore
import Terminal

/// `stack output`
struct ShowOutput: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "output",
        abstract: "Show the outputs of a stack.",
        discussion: """
            Examples:

              stack output dev
              stack output dev cluster_endpoint

            They come from the state that the last successful run left; Terraform is not
            started. An output that is sensitive, or that gives a secret of the stack away, is
            shown only when it is named.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Argument(help: "The stack.", completion: stackNameCompletion)
    var name: String

    @Argument(help: "One output; its bare value is written.")
    var key: String?

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        let stack = try await store.existing(name)
        guard let version = try await store.records.newestSuccessfulState(of: stack.id) else {
            throw Diagnostic.error("no run of `\(name)` has succeeded yet", hint: "Run `stack apply \(name)`")
        }
        let state = try TerraformState.decode(try await store.records.bytes(of: version))
        let outputs = state.outputs
        guard let key else { return try show(outputs, try await store.secrets(of: version, state), context) }
        guard let output = outputs[key] else {
            let near = suggestion(for: key, among: outputs.keys.sorted())
            throw Diagnostic.error(
                "the stack `\(name)` has no output `\(key)`", hint: near.map { "Did you mean `\($0)`?" })
        }
        switch format.output {
        // As it is: it may be a file of several lines, and goes into another program.
        case .table, .name: try context.output.write((output.value.stringValue ?? output.value.text) + "\n")
        case .json, .yaml: try context.write(output.value, names: [key], format: format.output, lines: [])
        }
        return ExitStatus.done
    }

    private func show(
        _ outputs: [String: TerraformState.OutputValue], _ secrets: SecretValues, _ context: CommandContext
    ) throws -> Int32 {
        let outputs = outputs.sorted { $0.key < $1.key }
        var table = Table(columns: ["NAME", "VALUE"])
        var payload: [String: JSONValue] = [:]
        for (name, output) in outputs {
            let isSensitive = output.isSensitive(with: secrets)
            table.append([name, isSensitive ? Plan.sensitiveMark : output.value.stringValue ?? output.value.text])
            // Words in its place would be taken for the value.
            payload[name] = [
                "value": isSensitive ? .null : output.value, "sensitive": .bool(isSensitive), "type": output.type,
            ]
        }
        switch format.output {
        case .table, .name:
            try context.write(
                [], names: outputs.map(\.key), table: table, format: format.output, whenEmpty: "There are no outputs.")
        case .json, .yaml:
            try context.write(.object(payload), names: [name], format: format.output, lines: [])
        }
        return ExitStatus.done
    }
}
