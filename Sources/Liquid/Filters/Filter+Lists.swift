import FoundationEssentials
import JSON

extension Filter {
    static let lists: [Filter] = [
        Filter(name: "size", usage: "zones | size", arguments: 0...0) { (input) throws(FilterProblem) in
            switch input.value {
            case .string(let text): .number(Decimal(text.unicodeScalars.count))
            case .array(let elements): .number(Decimal(elements.count))
            case .object(let members): .number(Decimal(members.count))
            default: throw .wrong("needs text, a list or an object, not \(input.value.kindName)")
            }
        },
        Filter(name: "first", usage: "zones | first", arguments: 0...0) { (input) throws(FilterProblem) in
            try input.list().first ?? .null
        },
        Filter(name: "last", usage: "zones | last", arguments: 0...0) { (input) throws(FilterProblem) in
            try input.list().last ?? .null
        },
        Filter(name: "join", usage: "zones | join: \", \"", arguments: 0...1) { (input) throws(FilterProblem) in
            let separator = input.has(0) ? try input.text(0) : " "
            var size = 0
            var parts: [String] = []
            for element in try input.list() {
                let part = try FilterInput.text(element, "needs a list of texts")
                size += part.utf8.count + separator.utf8.count
                try input.requireRoom(for: size - separator.utf8.count)
                parts.append(part)
            }
            return .string(parts.joined(separator: separator))
        },
        Filter(name: "reverse", usage: "zones | reverse", arguments: 0...0) { (input) throws(FilterProblem) in
            .array(try input.list().reversed())
        },
        Filter(name: "compact", usage: "zones | compact", arguments: 0...0) { (input) throws(FilterProblem) in
            .array(try input.list().filter { !$0.isNull })
        },
        Filter(name: "concat", usage: "zones | concat: others", arguments: 1...1) { (input) throws(FilterProblem) in
            guard case .array(let others) = input.arguments[0] else {
                throw .wrong("needs a list as argument 1, not \(input.arguments[0].kindName)")
            }
            return .array(try input.list() + others)
        },
        Filter(name: "uniq", usage: "zones | uniq", arguments: 0...0) { (input) throws(FilterProblem) in
            var seen: Set<JSONValue> = []
            return .array(try input.list().filter { seen.insert($0).inserted })
        },
        Filter(name: "map", usage: "pools | map: \"name\"", arguments: 1...1) { (input) throws(FilterProblem) in
            let key = try input.text(0)
            var values: [JSONValue] = []
            for element in try input.list() { values.append(try member(key, of: element)) }
            return .array(values)
        },
        Filter(name: "where", usage: "pools | where: \"spot\", true", arguments: 1...2) {
            (input) throws(FilterProblem) in
            let key = try input.text(0)
            var found: [JSONValue] = []
            for element in try input.list() {
                guard case .object(let members) = element else { throw .noObject(element) }
                let value = members[key] ?? .null
                if input.has(1) ? value == input.arguments[1] : value.isTrue { found.append(element) }
            }
            return .array(found)
        },
        Filter(name: "sort", usage: "pools | sort: \"name\"", arguments: 0...1) { (input) throws(FilterProblem) in
            let key = input.has(0) ? try input.text(0) : nil
            var entries: [(key: JSONValue, element: JSONValue)] = []
            for element in try input.list() {
                entries.append(
                    (try key.map { (key) throws(FilterProblem) in try member(key, of: element) } ?? element, element))
            }
            return .array(try sorted(entries))
        },
    ]

    private static func member(_ key: String, of element: JSONValue) throws(FilterProblem) -> JSONValue {
        guard case .object(let members) = element else { throw .noObject(element) }
        guard let value = members[key] else { throw .wrong("finds an element without `\(key)`") }
        return value
    }

    /// Numbers among themselves or texts among themselves; equal ones stay in their order.
    private static func sorted(_ entries: [(key: JSONValue, element: JSONValue)]) throws(FilterProblem) -> [JSONValue] {
        let numbers = entries.compactMap(\.key.numberValue)
        let texts = entries.compactMap(\.key.stringValue)
        if numbers.count == entries.count {
            return zip(numbers, entries).enumerated()
                .sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1.element)
        }
        guard texts.count == entries.count else { throw .wrong("sorts numbers or texts, and nothing else") }
        return zip(texts, entries).enumerated()
            .sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1.element)
    }
}

extension FilterProblem {
    fileprivate static func noObject(_ element: JSONValue) -> FilterProblem {
        .wrong("needs a list of objects, and finds \(element.kindName)")
    }
}
