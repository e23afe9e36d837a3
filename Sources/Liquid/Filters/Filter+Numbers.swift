import FoundationEssentials
import JSON

extension Filter {
    static let numbers: [Filter] = [
        Filter(name: "plus", usage: "count | plus: 1", arguments: 1...1) { (input) throws(FilterProblem) in
            try calculate(input, +)
        },
        Filter(name: "minus", usage: "count | minus: 1", arguments: 1...1) { (input) throws(FilterProblem) in
            try calculate(input, -)
        },
        Filter(name: "times", usage: "count | times: 2", arguments: 1...1) { (input) throws(FilterProblem) in
            try calculate(input, *)
        },
        Filter(name: "at_least", usage: "count | at_least: 1", arguments: 1...1) { (input) throws(FilterProblem) in
            try calculate(input, max)
        },
        Filter(name: "at_most", usage: "count | at_most: 9", arguments: 1...1) { (input) throws(FilterProblem) in
            try calculate(input, min)
        },
        Filter(name: "divided_by", usage: "count | divided_by: 2", arguments: 1...1) { (input) throws(FilterProblem) in
            let (dividend, divisor) = try wholeNumbers(input)
            return .number(Decimal(floored(dividend, divisor).quotient))
        },
        Filter(name: "modulo", usage: "count | modulo: 2", arguments: 1...1) { (input) throws(FilterProblem) in
            let (dividend, divisor) = try wholeNumbers(input)
            return .number(Decimal(floored(dividend, divisor).remainder))
        },
    ]

    private static func calculate(
        _ input: FilterInput, _ operation: (Decimal, Decimal) -> Decimal
    ) throws(FilterProblem) -> JSONValue {
        let result = operation(try number(input.value, ""), try number(input.arguments[0], " as argument 1"))
        guard !result.isNaN else { throw .wrong("gives a number that is too large") }
        return .number(result)
    }

    /// Division is of whole numbers: a quotient that goes on without end has no one text.
    private static func wholeNumbers(_ input: FilterInput) throws(FilterProblem) -> (Int, Int) {
        guard let dividend = input.value.wholeNumber else {
            throw .wrong("needs a whole number, not \(input.value.shown)")
        }
        guard let divisor = input.arguments[0].wholeNumber else {
            throw .wrong("needs a whole number as argument 1, not \(input.arguments[0].shown)")
        }
        guard divisor != 0 else { throw .wrong("cannot divide by 0") }
        guard dividend != .min || divisor != -1 else { throw .wrong("gives a number that is too large") }
        return (dividend, divisor)
    }

    /// Rounded down, also below zero.
    private static func floored(_ dividend: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        let isOff = remainder != 0 && (remainder < 0) != (divisor < 0)
        return isOff ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// A number, also one that is written as text.
    private static func number(_ value: JSONValue, _ place: String) throws(FilterProblem) -> Decimal {
        switch value {
        case .number(let number): return number
        case .string(let text):
            if let number = Decimal(exactly: text) { return number }
        default: break
        }
        throw .wrong("needs a number\(place), not \(value.shown)")
    }
}

extension JSONValue {
    fileprivate var shown: String { outputText.map { "`\($0)`" } ?? kindName }
}

extension Decimal {
    /// The whole text, not only what begins it.
    fileprivate init?(exactly text: String) {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            parts.allSatisfy({
                !$0.isEmpty && $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            }),
            let number = Decimal(string: text)
        else { return nil }
        self = number
    }
}
