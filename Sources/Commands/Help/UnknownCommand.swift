import ArgumentParser
import Diagnostics

/// A word that stands where a command's name has to, and is none.
///
/// The parser itself says only that it did not expect it, and names nothing that it would have expected.
struct UnknownCommand {
    /// The names of the group that it was looked for in: `["state"]`.
    private let group: [String]
    private let word: String
    private let known: [String]

    /// Nil when every name on the command line is known, or when something before them is for the parser to judge.
    init?(arguments: [String]) {
        var command: any ParsableCommand.Type = Root.self
        var group: [String] = []
        var isHelp = false
        var words = arguments.makeIterator()
        while let word = words.next() {
            if GlobalOptions.flags.contains(word) { continue }
            if GlobalOptions.options.contains(word) {
                _ = words.next()
                continue
            }
            if word.hasPrefix("-") { return nil }
            if word == "help", group.isEmpty, !isHelp {
                isHelp = true
                continue
            }
            let subcommands = command.configuration.subcommands
            if subcommands.isEmpty { return nil }
            guard let next = subcommands.first(where: { $0.names.contains(word) }) else {
                self.group = group
                self.word = word
                known =
                    subcommands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
                    + (group.isEmpty ? ["help"] : []) + (isHelp ? HelpTopic.allCases.map(\.rawValue) : [])
                return
            }
            command = next
            group.append(next._commandName)
        }
        return nil
    }

    var diagnostic: Diagnostic {
        let meant = suggestion(for: word, among: known).map { "; did you mean `\(name($0))`?" } ?? ""
        return .error(
            "there is no command `\(name(word))`\(meant)",
            hint: "`stack \((group + ["--help"]).joined(separator: " "))` lists the commands", outcome: .usage)
    }

    private func name(_ last: String) -> String { (group + [last]).joined(separator: " ") }
}

extension ParsableCommand {
    fileprivate static var names: [String] { [_commandName] + configuration.aliases }
}

extension GlobalOptions {
    /// What may stand before a command's name, and takes no value.
    fileprivate static let flags: Set = ["--no-color", "--no-input", "-q", "--quiet", "-v", "--verbose"]
    /// What may stand there and takes the word behind it.
    fileprivate static let options: Set = ["-C"]
}
