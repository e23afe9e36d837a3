import Testing

/// A name that somebody gives who means no good, or whose script has gone wrong.
struct HostileName: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String

    var testDescription: String { name }

    /// A shell that reads one of these makes a file of this name.
    static let canary = "canary"

    /// What an argument or a file's name can carry. A NUL is none of it: it ends the word before `stack` sees it.
    static let words = [
        HostileName(name: "out of the folder", text: "../x"),
        HostileName(name: "the folder above", text: ".."),
        HostileName(name: "a system's file", text: "/etc/passwd"),
        HostileName(name: "an option", text: "-rf"),
        HostileName(name: "the help", text: "--help"),
        HostileName(name: "a line break", text: "a\nerror: forged"),
        HostileName(name: "a command substitution", text: "$(touch \(canary))"),
        HostileName(name: "a command in backticks", text: "`touch \(canary)`"),
        HostileName(name: "a second command", text: "; touch \(canary)"),
        HostileName(name: "a quote and a command", text: "';touch \(canary);'\""),
        HostileName(name: "10,000 letters", text: String(repeating: "a", count: 10_000)),
        HostileName(name: "a right-to-left override", text: "a\u{202E}b"),
        HostileName(name: "a direction isolate", text: "\u{2066}a"),
        HostileName(name: "escape sequences", text: "\u{1B}[31mred\u{1B}]0;title\u{7}"),
        HostileName(name: "an escape sequence of one character", text: "a\u{9B}31mb"),
        HostileName(name: "a line separator", text: "a\u{2028}b"),
        HostileName(name: "a delete", text: "\u{7F}"),
        HostileName(name: "nothing", text: ""),
        HostileName(name: "a space", text: " "),
        HostileName(name: "upper case", text: "DEV"),
        HostileName(name: "another case", text: "Dev"),
        HostileName(name: "a home", text: "~root"),
    ]

    /// What YAML and JSON can carry beyond that.
    static let texts = words + [HostileName(name: "a NUL", text: "a\0b")]

    /// The names that a file or a folder can have, which must be neither long nor hold a `/`.
    static let fileNames = words.filter {
        !$0.text.isEmpty && !$0.text.contains("/") && $0.text != ".." && $0.text.utf8.count < 256
    }

    /// In double quotes, as YAML and JSON read it alike.
    var quoted: String {
        "\""
            + text.unicodeScalars.map { scalar -> String in
                switch scalar {
                case "\"", "\\": "\\\(scalar)"
                case " "..."~": "\(scalar)"
                default: "\\u" + String(String(scalar.value + 0x10000, radix: 16).dropFirst())
                }
            }.joined() + "\""
    }
}
