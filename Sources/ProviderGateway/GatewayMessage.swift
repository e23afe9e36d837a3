package import Diagnostics
import FoundationEssentials
import JSON

/// What a gateway has to say to the program that has started it: a line of standard error, where Terraform may write too.
package struct GatewayMessage: Sendable {
    package let diagnostic: Diagnostic

    private static let key = "gateway"

    package init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }

    /// Nil for any other line.
    package init?(line: String) {
        guard line.hasPrefix("{\"\(Self.key)\":"), let json = try? JSONValue(parsing: Data(line.utf8)),
            let diagnostic = try? json[Self.key]?.decoded(as: Diagnostic.self)
        else { return nil }
        self.diagnostic = diagnostic
    }

    /// With its line feed.
    ///
    /// - Throws: when it cannot be encoded.
    package var line: String {
        get throws { JSONValue.object([Self.key: try JSONValue(encoding: diagnostic)]).text + "\n" }
    }
}
