import Foundation

/// A command as `stack --experimental-dump-help` describes it.
struct CommandHelp: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let arguments: [ArgumentHelp]?
    let subcommands: [CommandHelp]?
    let shouldDisplay: Bool?

    struct Dump: Decodable { let command: CommandHelp }
}

struct ArgumentHelp: Decodable {
    struct Name: Decodable {
        let kind: String
        let name: String

        var text: String { kind == "long" ? "--\(name)" : "-\(name)" }
    }

    let kind: String
    let names: [Name]?
    let valueName: String?
    let isOptional: Bool
    let isRepeating: Bool
    let abstract: String?
    let shouldDisplay: Bool?
    let allValues: [String]?
    let defaultValue: String?

    /// `-o, --output <output>`, `<name>`, `[<names> ...]`.
    var form: String {
        let value = "<\(valueName ?? "value")>"
        switch kind {
        case "positional":
            let form = isRepeating ? "\(value) ..." : value
            return isOptional ? "[\(form)]" : form
        default:
            let names = (names ?? []).map(\.text).sorted { $0.count < $1.count }.joined(separator: ", ")
            return kind == "flag" ? names : "\(names) \(value)"
        }
    }
}

/// The part of `Documentation/commands.md` that says what each command takes, made from the program's own help.
struct CommandReference {
    let root: CommandHelp

    /// Flags that mean the same everywhere are told once, elsewhere in the document.
    private static let common: Set = ["-C", "--no-color", "--no-input", "-q", "-v", "--version", "-h"]

    var text: String { sections(of: root, path: []).joined().trimmingCharacters(in: .newlines) + "\n" }

    private func sections(of command: CommandHelp, path: [String]) -> [String] {
        let path = path + [command.commandName]
        let children = (command.subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
        guard children.isEmpty else { return children.flatMap { sections(of: $0, path: path) } }
        return [section(command, path.joined(separator: " "))]
    }

    private func section(_ command: CommandHelp, _ name: String) -> String {
        var lines = ["### `\(name)`", "", command.abstract ?? "", ""]
        let arguments = (command.arguments ?? []).filter { argument in
            argument.shouldDisplay != false && !(argument.names ?? []).contains { Self.common.contains($0.text) }
        }
        if !arguments.isEmpty {
            lines += ["| argument | |", "| --- | --- |"] + arguments.map(row) + [""]
        }
        lines += markdown(command.discussion ?? "")
        return lines.map { $0 + "\n" }.joined()
    }

    private func row(_ argument: ArgumentHelp) -> String {
        var text = argument.abstract ?? ""
        if let value = argument.defaultValue { text += " Default: `\(value)`." }
        return "| `\(argument.form.replacing("|", with: "\\|"))` | \(text) |"
    }

    /// Indented lines become a block, other paragraphs one line each.
    private func markdown(_ discussion: String) -> [String] {
        let paragraphs = discussion.components(separatedBy: "\n\n").filter { !$0.isEmpty && $0 != "Examples:" }
        return paragraphs.flatMap { paragraph in
            let lines = paragraph.components(separatedBy: "\n")
            guard lines[0].hasPrefix("  ") else { return [lines.joined(separator: " "), ""] }
            return ["```console"] + lines.map { "$ " + $0.trimmingCharacters(in: .whitespaces) } + ["```", ""]
        }
    }
}
