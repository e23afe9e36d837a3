import Diagnostics

extension Diagnostic {
    static func noDocument(_ number: Int, of count: Int, in file: String) -> Diagnostic {
        .error(
            "there is no document number \(number + 1): the file has \(count)",
            at: SourceLocation(file: file, line: 1, column: 1))
    }

    static func noSuchStep(_ step: YAMLPathStep, in node: YAMLNode, named path: String) -> Diagnostic {
        let name = path.isEmpty ? "the document" : "`\(path)`"
        if case .index(let index) = step, let items = node.sequence {
            return .indexBeyondEnd(index, count: items.count, at: node.location)
        }
        let kind = node.mapping != nil ? "a mapping" : node.sequence != nil ? "a list" : "a single value"
        let missing =
            switch step {
            case .key(let key): "it has no key `\(key)`"
            case .index: "it has no items"
            }
        return .error("\(name) is \(kind): \(missing)", at: node.location)
    }

    static func indexBeyondEnd(_ index: Int, count: Int, at location: SourceLocation) -> Diagnostic {
        .error("the list has \(count) \(count == 1 ? "item" : "items"), there is none at \(index)", at: location)
    }

    static func throughAlias(_ name: String, at location: SourceLocation) -> Diagnostic {
        .error(
            "the alias `*\(name)` stands here: a change inside it would change what `&\(name)` names too", at: location,
            hint: "write the values out in place of the alias, or change them at the anchor")
    }

    static func sharedValue(
        _ name: String, at location: SourceLocation, aliases: [(name: String, location: SourceLocation)]
    ) -> Diagnostic {
        .error(
            "this value would change at other places too: `&\(name)` is repeated", at: location,
            notes: aliases.map { Note("`*\($0.name)` stands here", at: $0.location) },
            hint: "write the value out in place of the alias first")
    }

    static func bracelessPair(at location: SourceLocation) -> Diagnostic {
        .error(
            "a pair inside `[…]` without braces of its own takes no second key", at: location,
            hint: "write `{` and `}` around it")
    }

    static func editFailed(_ path: String, at location: SourceLocation) -> Diagnostic {
        .error(
            "`\(path)` cannot be changed without changing more of the text", at: location,
            hint: "change it in an editor", outcome: .internalFailure)
    }
}
