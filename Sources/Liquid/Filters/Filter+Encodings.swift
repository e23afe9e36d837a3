import FoundationEssentials
import JSON

extension Filter {
    static let encodings: [Filter] = [
        Filter(name: "default", usage: "size | default: 3", arguments: 1...1, acceptsNothing: true) {
            (input) throws(FilterProblem) in
            input.value.isTrue && !input.value.isEmpty ? input.value : input.arguments[0]
        },
        Filter(name: "json", usage: "tags | json", arguments: 0...0) { (input) throws(FilterProblem) in
            try input.requireRoom(for: input.value.size(upTo: input.mostBytes + 1))
            return .string(input.value.text)
        },
        Filter(name: "from_json", usage: "pools | from_json", arguments: 0...0) { (input) throws(FilterProblem) in
            // A parameter of the type JSON is a value already.
            guard case .string(let text) = input.value else { return input.value }
            guard let value = try? JSONValue(parsing: Data(text.utf8)) else { throw .wrong("needs JSON") }
            return value
        },
        Filter(name: "quote", usage: "name | quote", arguments: 0...0) { (input) throws(FilterProblem) in
            .string(JSONValue.string(try input.text()).text)
        },
        Filter(name: "squote", usage: "name | squote", arguments: 0...0) { (input) throws(FilterProblem) in
            let text = try input.text()
            guard text.occurrences(of: "'", atMost: 1).isEmpty else {
                throw .wrong("cannot put a text with `'` in it between single quotes", hint: "use `quote`")
            }
            return .string("'\(text)'")
        },
        Filter(name: "b64enc", usage: "text | b64enc", arguments: 0...0) { (input) throws(FilterProblem) in
            .string(Data(try input.text().utf8).base64EncodedString())
        },
        Filter(name: "b64dec", usage: "text | b64dec", arguments: 0...0) { (input) throws(FilterProblem) in
            guard let data = Data(base64Encoded: try input.text()), let text = String(validating: data, as: UTF8.self)
            else { throw .wrong("needs Base64 of a text in UTF-8") }
            return .string(text)
        },
    ]
}
