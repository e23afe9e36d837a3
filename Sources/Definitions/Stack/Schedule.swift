/// The forms of time that definitions hold, checked for their form only.
enum Schedule {
    /// Go's durations: `300ms`, `5m`, `1h30m`, `1.5h`.
    static func isDuration(_ text: String) -> Bool {
        var rest = Substring(text)
        guard !rest.isEmpty else { return false }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard Double(number) != nil, ["ns", "us", "µs", "ms", "s", "m", "h"].contains(unit) else { return false }
        }
        return true
    }

    /// Five fields of numbers, names, `*`, `,`, `-` and `/`, or a word like `@daily`.
    static func isCrontab(_ text: String) -> Bool {
        if ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"].contains(text) {
            return true
        }
        let fields = text.split(separator: " ")
        return fields.count == 5
            && fields.allSatisfy { field in
                field.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "*,-/?".contains($0)) }
            }
    }
}
