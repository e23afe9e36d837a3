/// What is wrong with a small language inside a field; whoever knows the field's place makes a diagnostic of it.
package struct SyntaxFault: Error, Hashable, Sendable {
    package let message: String
    package let hint: String?

    init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
