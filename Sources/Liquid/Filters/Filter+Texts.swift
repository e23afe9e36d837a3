import JSON

extension Filter {
    /// Filters that look at a text as a whole.
    static let texts: [Filter] = [
        Filter(name: "upcase", usage: "name | upcase", arguments: 0...0) { (input) throws(FilterProblem) in
            .string(try input.text().uppercased())
        },
        Filter(name: "downcase", usage: "name | downcase", arguments: 0...0) { (input) throws(FilterProblem) in
            .string(try input.text().lowercased())
        },
        Filter(name: "capitalize", usage: "name | capitalize", arguments: 0...0) { (input) throws(FilterProblem) in
            let text = try input.text()
            return .string(text.prefix(1).uppercased() + text.dropFirst().lowercased())
        },
        Filter(name: "append", usage: "name | append: \"-dev\"", arguments: 1...1) { (input) throws(FilterProblem) in
            .string(try input.text() + input.text(0))
        },
        Filter(name: "prepend", usage: "name | prepend: \"dev-\"", arguments: 1...1) { (input) throws(FilterProblem) in
            .string(try input.text(0) + input.text())
        },
        Filter(name: "strip", usage: "name | strip", arguments: 0...0) { (input) throws(FilterProblem) in
            .string(try input.text().strippingStart().strippingEnd())
        },
        Filter(name: "lstrip", usage: "name | lstrip", arguments: 0...0) { (input) throws(FilterProblem) in
            .string(try input.text().strippingStart())
        },
        Filter(name: "rstrip", usage: "name | rstrip", arguments: 0...0) { (input) throws(FilterProblem) in
            .string(try input.text().strippingEnd())
        },
        Filter(name: "truncate", usage: "name | truncate: 20, \"…\"", arguments: 1...2) {
            (input) throws(FilterProblem) in
            let (text, length) = (try input.text(), try input.count(0))
            let ellipsis = input.has(1) ? try input.text(1) : "..."
            guard text.unicodeScalars.count > length else { return .string(text) }
            let kept = max(0, length - ellipsis.unicodeScalars.count)
            return .string(String(text.unicodeScalars.prefix(kept)) + ellipsis)
        },
        Filter(name: "indent", usage: "text | indent: 2", arguments: 1...1) { (input) throws(FilterProblem) in
            .string(try indented(input))
        },
        Filter(name: "nindent", usage: "text | nindent: 2", arguments: 1...1) { (input) throws(FilterProblem) in
            .string("\n" + (try indented(input)))
        },
    ]

    /// Every line, also an empty one, moved to the right.
    private static func indented(_ input: FilterInput) throws(FilterProblem) -> String {
        let (text, width) = (try input.text(), try input.count(0))
        let lines = text.pieces(separatedBy: "\n")
        let (added, overflows) = lines.count.multipliedReportingOverflow(by: width)
        try input.requireRoom(for: overflows ? .max : added)
        let space = String(repeating: " ", count: width)
        return lines.map { space + $0 }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func strippingStart() -> String {
        String(unicodeScalars.drop(while: \.properties.isWhitespace))
    }

    fileprivate func strippingEnd() -> String {
        let end = unicodeScalars.lastIndex { !$0.properties.isWhitespace }.map(unicodeScalars.index(after:))
        return String(unicodeScalars[..<(end ?? unicodeScalars.startIndex)])
    }
}
