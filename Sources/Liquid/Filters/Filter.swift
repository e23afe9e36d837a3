import Diagnostics
import JSON

/// What stands behind a `|`.
struct Filter: Sendable {
    let name: String
    /// An example, shown where the number of arguments is wrong.
    let usage: String
    let arguments: ClosedRange<Int>
    /// Whether its input may be a member that is not there.
    var acceptsNothing = false
    let apply: @Sendable (FilterInput) throws(FilterProblem) -> JSONValue

    /// For messages: "no argument", "1 argument", "1 or 2 arguments".
    var argumentCount: String {
        switch (arguments.lowerBound, arguments.upperBound) {
        case (0, 0): "no argument"
        case (1, 1): "1 argument"
        case (let least, let most) where least == most: "\(most) arguments"
        case (let least, let most): "\(least) or \(most) argument\(most == 1 ? "" : "s")"
        }
    }
}

enum FilterProblem: Error {
    /// What it needs, behind the filter's name: "needs text, not a list".
    case wrong(String, hint: String? = nil)
    /// The result would be larger than what may still be made.
    case tooLarge
}

extension Filter {
    private static let all: [String: Filter] = Dictionary(
        uniqueKeysWithValues: (texts + edits + lists + numbers + encodings).map { ($0.name, $0) })

    /// The names that Plural's filters have for the same.
    private static let aliases = [
        "upper": "upcase", "lower": "downcase", "trim": "strip", "to_json": "json", "toJson": "json",
        "fromJson": "from_json",
    ]

    static func named(_ name: String) -> Filter? {
        all[aliases[name] ?? name]
    }

    static var names: [String] { (Array(all.keys) + aliases.keys).sorted() }

    static func hint(forUnknown name: String) -> String? {
        switch name {
        case "date", "now":
            "what is rendered may not depend on the time; give the date as a parameter"
        case "toYaml", "to_yaml": "`json` writes a value in one line, and JSON is YAML"
        default: suggestion(for: name, among: names).map { "did you mean `\($0)`?" }
        }
    }
}

/// What a filter is given.
struct FilterInput {
    let value: JSONValue
    let arguments: [JSONValue]
    /// How much text it may make.
    let mostBytes: Int

    func text() throws(FilterProblem) -> String { try Self.text(value, "needs text") }

    func list() throws(FilterProblem) -> [JSONValue] {
        guard case .array(let elements) = value else { throw .wrong("needs a list, not \(value.kindName)") }
        return elements
    }

    func has(_ index: Int) -> Bool { index < arguments.count }

    func text(_ index: Int) throws(FilterProblem) -> String {
        try Self.text(arguments[index], "needs text as argument \(index + 1)")
    }

    func integer(_ index: Int) throws(FilterProblem) -> Int {
        guard let number = arguments[index].wholeNumber else {
            throw .wrong("needs a whole number as argument \(index + 1), not \(arguments[index].kindName)")
        }
        return number
    }

    /// How often something is repeated, or how wide it is.
    func count(_ index: Int) throws(FilterProblem) -> Int {
        let number = try integer(index)
        guard number >= 0 else { throw .wrong("needs a number of at least 0 as argument \(index + 1)") }
        return number
    }

    /// For a result of so many bytes, before it is made.
    func requireRoom(for bytes: Int) throws(FilterProblem) {
        if bytes > mostBytes { throw .tooLarge }
    }

    /// Numbers and truth values have a text, as in the output.
    static func text(_ value: JSONValue, _ need: String) throws(FilterProblem) -> String {
        guard let text = value.outputText else { throw .wrong("\(need), not \(value.kindName)") }
        return text
    }
}
