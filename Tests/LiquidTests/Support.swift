import Diagnostics
import JSON
import Liquid
import Testing

/// A template of one file, rendered.
func rendered(
    _ text: String, _ variables: [String: JSONValue] = [:], limits: LiquidLimits = LiquidLimits()
) throws(DiagnosticList) -> String {
    try LiquidTemplate(parsing: text, file: "a.liquid", limits: limits).render(variables)
}

/// What is said of a wrong template, a problem a line; the text itself where nothing is wrong.
func problems(
    _ text: String, _ variables: [String: JSONValue] = [:], limits: LiquidLimits = LiquidLimits()
) -> [String] {
    do {
        return [try rendered(text, variables, limits: limits)]
    } catch {
        return error.diagnostics.map(\.line)
    }
}

extension Diagnostic {
    /// `2:5+3 message (hint)`
    var line: String {
        let place = location.map { "\($0.line):\($0.column)+\($0.length) " } ?? ""
        return place + message + (hint.map { " (\($0))" } ?? "")
    }
}

/// A text and what is to become of it.
struct Example: CustomTestStringConvertible, Sendable {
    let template: String
    let output: String
    var testDescription: String { template }

    init(_ template: String, _ output: String) {
        self.template = template
        self.output = output
    }
}
