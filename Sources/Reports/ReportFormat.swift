package import FoundationEssentials
import JSON

/// How a report is written, named by the extension of its file.
package enum ReportFormat: String, Hashable, Sendable, CaseIterable {
    /// `Documentation/schemas/run-report.schema.json`.
    case json
    /// JUnit: one test case a stack.
    case xml
    /// RFC 4180: one line a stack, below a header.
    case csv

    package func data(_ report: RunReport) -> Data {
        switch self {
        case .json: report.json.encoded(pretty: true) + Data("\n".utf8)
        case .xml: Data(report.junit.utf8)
        case .csv: Data(report.csv.utf8)
        }
    }
}
