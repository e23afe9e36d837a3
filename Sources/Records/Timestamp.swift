package import FoundationEssentials

/// Times as they are stored: RFC 3339 in UTC with milliseconds, so that text order is time order.
package enum Timestamp {
    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    package static func text(_ date: Date) -> String { date.formatted(style) }

    /// - Throws: when the text is no such time.
    package static func date(_ text: String) throws -> Date { try Date(text, strategy: style) }
}
