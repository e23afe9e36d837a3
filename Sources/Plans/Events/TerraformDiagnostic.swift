package import Diagnostics
package import JSON

/// An error or warning of Terraform itself.
package struct TerraformDiagnostic: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable {
        case error
        case warning
    }

    /// Where in the configuration, counted from 1; the end is behind the last character.
    package struct Range: Hashable, Sendable {
        package let file: String
        package let startLine: Int
        package let startColumn: Int
        package let endLine: Int
        package let endColumn: Int
    }

    /// The configuration that the range points at.
    package struct Snippet: Hashable, Sendable {
        /// The block around it: `resource "aws_vpc" "main"`.
        package let context: String?
        /// One or more lines.
        package let code: String
        package let startLine: Int
        /// What is wrong in `code`, in bytes from its beginning.
        package let highlight: Swift.Range<Int>
        /// The values of the expressions in it, each as `var.size is 3`.
        package let values: [String]
    }

    package let severity: Severity
    package let summary: String
    /// Empty, or one or more lines.
    package let detail: String
    package let address: String?
    package let range: Range?
    package let snippet: Snippet?
}

extension TerraformDiagnostic {
    /// The `diagnostic` object of an event, or an element of `diagnostics` as `terraform validate -json` prints them.
    ///
    /// - Returns: nil without a severity or summary.
    package init?(json: JSONValue?) {
        guard let json, let severity = json["severity"]?.stringValue.flatMap(Severity.init),
            let summary = json["summary"]?.stringValue
        else { return nil }
        self.severity = severity
        self.summary = summary
        detail = json["detail"]?.stringValue ?? ""
        address = json["address"]?.stringValue
        range = json["range"].flatMap(Range.init)
        snippet = json["snippet"].flatMap(Snippet.init)
    }

    /// Whether a provider gave no answer: its process ended, or the connection to it. Terraform has only these summaries for
    /// that (`grpcErr` in its `internal/plugin/grpc_error.go`), and names the resource in some of them.
    package var isOfUnansweredCall: Bool {
        ["Plugin did not respond", "Plugin error", "Request cancelled"].contains(summary)
    }

    /// The same as one of our own, for what collects all problems of a run.
    package var diagnostic: Diagnostic {
        let location = range.map { range in
            SourceLocation(
                file: range.file, line: range.startLine, column: range.startColumn,
                length: range.startLine == range.endLine ? max(1, range.endColumn - range.startColumn) : 1)
        }
        let notes = detail.isEmpty ? [] : [Diagnostic.Note(detail)]
        let message = address.map { "\(summary) (`\($0)`)" } ?? summary
        return Diagnostic(severity == .error ? .error : .warning, message, at: location, notes: notes)
    }
}

extension TerraformDiagnostic.Range {
    fileprivate init?(json: JSONValue) {
        guard let file = json["filename"]?.stringValue, let line = Self.count(json["start"]?["line"]),
            let column = Self.count(json["start"]?["column"])
        else { return nil }
        self.file = file
        startLine = line
        startColumn = column
        endLine = Self.count(json["end"]?["line"]) ?? line
        endColumn = Self.count(json["end"]?["column"]) ?? column + 1
    }

    /// What can be counted in a file, so that nobody who reckons with it goes out of bounds.
    fileprivate static func count(_ json: JSONValue?) -> Int? {
        json?.integerValue.flatMap { (1...Int(Int32.max)).contains($0) ? $0 : nil }
    }
}

extension TerraformDiagnostic.Snippet {
    fileprivate init?(json: JSONValue) {
        guard let code = json["code"]?.stringValue, let line = TerraformDiagnostic.Range.count(json["start_line"])
        else { return nil }
        context = json["context"]?.stringValue
        self.code = code
        startLine = line
        let length = code.utf8.count
        let start = min(max(0, json["highlight_start_offset"]?.integerValue ?? 0), length)
        highlight = start..<min(max(start, json["highlight_end_offset"]?.integerValue ?? start), length)
        values = (json["values"]?.arrayValue ?? []).compactMap { value in
            guard let traversal = value["traversal"]?.stringValue, let statement = value["statement"]?.stringValue
            else { return nil }
            return "\(traversal) \(statement)"
        }
    }
}
