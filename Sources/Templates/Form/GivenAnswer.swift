/// An answer that came with the command, before it is known what it answers.
package struct GivenAnswer: Hashable, Sendable {
    package let parameter: String
    package let text: String
    /// Whether the text is JSON whatever the parameter's type.
    package let isJSON: Bool

    package init(_ parameter: String, _ text: String, isJSON: Bool = false) {
        self.parameter = parameter
        self.text = text
        self.isJSON = isJSON
    }

    /// Reads `name=value`; nil when it is none.
    package init?(assignment: String, isJSON: Bool) {
        guard let sign = assignment.utf8.firstIndex(of: UInt8(ascii: "=")), sign != assignment.startIndex else {
            return nil
        }
        self.init(
            String(assignment[..<sign]), String(assignment[assignment.utf8.index(after: sign)...]), isJSON: isJSON)
    }
}
