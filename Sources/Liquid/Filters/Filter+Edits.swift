import JSON

extension Filter {
    /// Filters that look for parts of a text.
    static let edits: [Filter] = [
        Filter(name: "replace", usage: "name | replace: \"_\", \"-\"", arguments: 2...2) {
            (input) throws(FilterProblem) in
            try replaced(input, atMost: .max, with: try input.text(1))
        },
        Filter(name: "replace_first", usage: "name | replace_first: \"_\", \"-\"", arguments: 2...2) {
            (input) throws(FilterProblem) in
            try replaced(input, atMost: 1, with: try input.text(1))
        },
        Filter(name: "remove", usage: "name | remove: \"-\"", arguments: 1...1) { (input) throws(FilterProblem) in
            try replaced(input, atMost: .max, with: "")
        },
        Filter(name: "split", usage: "zones | split: \",\"", arguments: 1...1) { (input) throws(FilterProblem) in
            .array(split(try input.text(), try input.text(0)).map(JSONValue.string))
        },
        Filter(name: "slice", usage: "name | slice: 0, 3", arguments: 1...2) { (input) throws(FilterProblem) in
            let (offset, length) = (try input.integer(0), input.has(1) ? try input.count(1) : 1)
            if case .array(let elements) = input.value { return .array(Array(slice(elements[...], offset, length))) }
            return .string(String(slice(Array(try input.text().unicodeScalars)[...], offset, length)))
        },
    ]

    private static func replaced(
        _ input: FilterInput, atMost most: Int, with replacement: String
    ) throws(FilterProblem) -> JSONValue {
        let (text, pattern) = (try input.text(), try input.text(0))
        guard !pattern.isEmpty else { throw .wrong("needs text that is not empty as argument 1") }
        let pieces = text.pieces(separatedBy: pattern, atMost: most == .max ? .max : most + 1)
        let (added, overflows) = (pieces.count - 1).multipliedReportingOverflow(by: replacement.utf8.count)
        try input.requireRoom(for: overflows ? .max : added)
        return .string(pieces.joined(separator: replacement))
    }

    /// As Ruby does it: an empty separator parts the characters, a space parts words, and empty pieces at the end fall
    /// away.
    private static func split(_ text: String, _ separator: String) -> [String] {
        switch separator {
        case "": return text.unicodeScalars.map { String($0) }
        case " ": return text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map { String($0) }
        default:
            let pieces = text.pieces(separatedBy: separator)
            return Array(pieces.prefix((pieces.lastIndex { !$0.isEmpty } ?? -1) + 1))
        }
    }

    /// A negative offset counts from the end; what lies outside is left out.
    private static func slice<Element>(
        _ elements: ArraySlice<Element>, _ offset: Int, _ length: Int
    ) -> ArraySlice<Element> {
        guard offset >= 0 else {
            return -elements.count <= offset ? elements.suffix(-offset).prefix(length) : []
        }
        return elements.dropFirst(offset).prefix(length)
    }
}

extension String {
    fileprivate init(_ scalars: ArraySlice<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}
