import Foundation
import SystemPackage
import Testing

struct CommandReferenceTests {
    private static let document = Document(path: "Documentation/commands.md")
    private static let marker = "<!-- From here on written by CommandReferenceTests: UPDATE_GOLDEN=1. -->\n\n"

    @Test func `the reference says what the program's help says`() async throws {
        let dump = try await stack("--experimental-dump-help")
        let root = try JSONDecoder().decode(CommandHelp.Dump.self, from: Data(dump.text.utf8)).command
        let parts = try Self.document.text().components(separatedBy: Self.marker)
        try #require(parts.count == 2)
        let wanted = CommandReference(root: root).text
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            let text = parts[0] + Self.marker + wanted
            try text.write(toFile: Self.document.file.string, atomically: true, encoding: .utf8)
        }
        let (now, lines) = (try Self.document.text(), wanted.components(separatedBy: "\n"))
        let present = now.components(separatedBy: Self.marker)[1]
        let first = zip(lines, present.components(separatedBy: "\n")).first { $0 != $1 }
        #expect(
            present == wanted,
            "the first line that differs: help has `\(first?.0 ?? "")`, the document `\(first?.1 ?? "")`")
    }

    @Test func `every command shows examples of itself`() async throws {
        let dump = try await stack("--experimental-dump-help")
        let root = try JSONDecoder().decode(CommandHelp.Dump.self, from: Data(dump.text.utf8)).command
        for (name, command) in Self.leaves(of: root, path: []) {
            let examples = (command.discussion ?? "").components(separatedBy: "\n").filter { $0.hasPrefix("  stack ") }
            #expect(examples.count >= 2, "`\(name)` has \(examples.count) examples")
            #expect(examples.contains { $0.hasPrefix("  \(name)") }, "no example calls `\(name)`")
            #expect((command.abstract ?? "").count <= 60, "the abstract of `\(name)` is longer than 60 characters")
        }
    }

    private static func leaves(of command: CommandHelp, path: [String]) -> [(String, CommandHelp)] {
        let path = path + [command.commandName]
        let children = (command.subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
        return children.isEmpty
            ? [(path.joined(separator: " "), command)] : children.flatMap { leaves(of: $0, path: path) }
    }
}
