/// How a piece of text is meant to stand out; `Terminal` knows the colours, a Markdown renderer its own marks.
package enum TextStyle: String, Hashable, Sendable {
    case plain
    /// A heading, an address.
    case strong
    /// Something that matters less than its surroundings.
    case faint
    /// Will be created.
    case added
    /// Will be destroyed.
    case removed
    /// Will be updated in place.
    case changed
    /// Will be destroyed and created again.
    case replaced
    case error
    case warning
    case success
    /// What to do next; commands and paths.
    case hint
}

/// A run of text in one style. It holds no line break.
package struct StyledSpan: Hashable, Sendable {
    package let text: String
    package let style: TextStyle

    package init(_ text: String, _ style: TextStyle = .plain) {
        self.text = text
        self.style = style
    }
}

/// One line of output before anybody has decided about colours.
package struct StyledLine: Hashable, Sendable {
    package var spans: [StyledSpan]

    package init(_ spans: [StyledSpan] = []) {
        self.spans = spans
    }

    package init(_ text: String, _ style: TextStyle = .plain) {
        self.spans = [StyledSpan(text, style)]
    }

    package var text: String { spans.map(\.text).joined() }
}
