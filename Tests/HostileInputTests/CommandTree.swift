import Foundation
import JSON
import TestSupport

/// One place of a command line that takes a word of the caller.
struct Ingress: Sendable {
    /// `state show`
    let command: String
    /// `address`, as the help calls it.
    let value: String
    /// `--target`, `-C`; nil for a word that stands by itself.
    let option: String?
    /// The options that the command cannot do without.
    let neededOptions: [String]
    /// The words that the command needs, with nil where this one stands.
    let words: [String?]

    /// The command line; a word that stands by itself comes behind `--`, so that it is not taken for an option.
    func arguments(with word: String) -> [String] {
        let given = option.map { $0.hasPrefix("--") ? ["\($0)=\(word)"] : [$0, word] } ?? []
        return command.split(separator: " ").map(String.init) + given + neededOptions + ["--"]
            + words.map { $0 ?? word }
    }
}

extension TestProject {
    /// Every place of every command that takes a word, as the program itself tells them: one that is added is tested.
    ///
    /// - Parameter usual: what to write at the other places that a command needs, by what the help calls them.
    func ingresses(usual: [String: String]) async throws -> [Ingress] {
        let tree = try await stack("--experimental-dump-help").json
        return try Self.ingresses(of: tree["command"], command: nil, usual: usual)
    }

    private static func ingresses(
        of json: JSONValue?, command: [String]?, usual: [String: String]
    ) throws -> [Ingress] {
        let command = command.map { $0 + [json?["commandName"]?.stringValue ?? ""] } ?? []
        // What is hidden is for the program itself.
        let arguments = (json?["arguments"]?.arrayValue ?? []).filter {
            $0["kind"] != "flag" && $0["shouldDisplay"] == true
        }
        let words = arguments.filter { $0["kind"] == "positional" }
        let needed = try arguments.filter { $0["kind"] == "option" && $0["isOptional"] == false }.flatMap { option in
            [Self.spelling(of: option) ?? "", try usualWord(for: option, usual)]
        }
        let own = try arguments.map { argument in
            let isWord = argument["kind"] == "positional"
            // An option of a selection is an option of what it selects.
            let isOfSelection =
                words.contains { $0["valueName"] == "names" }
                && !["selector", "id"].contains(argument["valueName"]?.stringValue)
            return Ingress(
                command: command.joined(separator: " "), value: argument["valueName"]?.stringValue ?? "",
                option: spelling(of: argument),
                neededOptions: isWord ? needed : needed.filter { _ in argument["isOptional"] == true },
                words: try words.filter { $0 == argument || $0["isOptional"] == false || (!isWord && isOfSelection) }
                    .map {
                        $0 == argument ? nil : try usualWord(for: $0, usual)
                    })
        }
        let deeper = try (json?["subcommands"]?.arrayValue ?? []).flatMap {
            try ingresses(of: $0, command: command, usual: usual)
        }
        return own + deeper
    }

    private static func usualWord(for argument: JSONValue, _ usual: [String: String]) throws -> String {
        guard let name = argument["valueName"]?.stringValue, let word = usual[name] else {
            throw Timeout("the table has no usual word for \(argument.text)")
        }
        return word
    }

    private static func spelling(of argument: JSONValue) -> String? {
        guard argument["kind"] == "option", let name = argument["preferredName"] else { return nil }
        return (name["kind"] == "long" ? "--" : "-") + (name["name"]?.stringValue ?? "")
    }
}
