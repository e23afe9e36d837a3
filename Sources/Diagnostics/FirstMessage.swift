/// The first thing that is wrong, in one line.
package func firstMessage(of error: any Error) -> String {
    switch error {
    case let problem as Diagnostic: problem.message
    case let problems as DiagnosticList: problems.diagnostics.first?.message ?? "invalid"
    default: "\(error)"
    }
}
