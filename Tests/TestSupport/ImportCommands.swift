import Foundation

/// The commands that bring an unknown resource back, as an output prints them.
package func importCommands(in output: String) -> [String] {
    output.split(separator: "\n").compactMap { line in
        line.range(of: "stack state import ").map { String(line[$0.lowerBound...]) }
    }
}

extension TestProject {
    /// Runs a command line as a person does who has `stack` on the PATH.
    package func shell(
        _ command: String, environment: [String: String] = [:], within limit: Duration = .seconds(120)
    ) async throws -> CommandResult {
        let folder = (try Self.program as NSString).deletingLastPathComponent
        let path = "\(folder):\(self.environment["PATH"] ?? "")"
        return try await run(
            "sh", "-c", command, environment: environment.merging(["PATH": path]) { $1 }, within: limit)
    }
}
