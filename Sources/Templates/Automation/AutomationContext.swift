import Definitions
import Diagnostics
import FoundationEssentials
import JSON
import Liquid

/// What the templates of an automation find under `context`.
struct AutomationContext {
    let values: [String: JSONValue]

    init(_ values: [String: JSONValue]) {
        self.values = values
    }

    /// With what one entry says for itself; the entries after it see nothing of that.
    func adding(_ own: [String: LiteralValue]) -> AutomationContext {
        AutomationContext(values.merging(own.mapValues { $0.json() }) { $1 })
    }

    private var variables: [String: JSONValue] { ["context": .object(values)] }

    /// A field of the definition, filled in.
    func render(_ text: Located<String>) throws(DiagnosticList) -> String {
        try LiquidTemplate(parsing: text.value, at: text.location).render(variables)
    }

    /// A file, filled in; what is no text stays as it is.
    func render(_ content: Data, of file: String) throws(DiagnosticList) -> Data {
        guard let text = String(validating: content, as: UTF8.self) else { return content }
        return Data(try LiquidTemplate(parsing: text, file: file).render(variables).utf8)
    }

    func holds(_ condition: Located<AutomationCondition>?) throws(Diagnostic) -> Bool {
        guard let condition else { return true }
        do {
            return try condition.value.holds(for: values)
        } catch {
            throw .error(
                "the condition `\(condition.value.text)` cannot be decided: \(error.message)", at: condition.location,
                hint: error.hint)
        }
    }
}
