import Foundation
import JSON
import TestSupport
import Testing

extension MarkedStack {
    /// Everything was made once, is in the state, and is told once; nothing is left behind.
    func expectWhole(_ run: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        #expect(marks.sorted() == Self.items, sourceLocation: sourceLocation)
        #expect(try await project.status(of: run) == "succeeded", sourceLocation: sourceLocation)
        #expect(try await project.addresses(of: "dev").sorted() == Self.addresses, sourceLocation: sourceLocation)
        let events = try await project.events(of: run)
        #expect(events.map(\.sequence) == Array(1...max(1, events.count)), sourceLocation: sourceLocation)
        let made = events.compactMap(\.made)
        #expect(made.sorted() == Self.addresses, "\(events)", sourceLocation: sourceLocation)
        #expect(
            events.filter { $0.body["status"] == "succeeded" }.count == 1, "\(events)", sourceLocation: sourceLocation)
        try await expectNothingLeft(of: run)
        let again = try await project.stack("plan", "dev", "--detailed-exitcode")
        #expect(again.exitCode == 0, "\(again.description)", sourceLocation: sourceLocation)
    }
}

/// A row of a run's events, as the database has it.
struct EventRow: Sendable {
    let sequence: Int
    let body: JSONValue

    /// The address of what it says was made.
    var made: String? {
        guard body["type"] == "apply_complete" else { return nil }
        return body["hook"]?["resource"]?["addr"]?.stringValue
    }
}

extension TestProject {
    /// A run's events from the first to the last.
    func events(of run: String) async throws -> [EventRow] {
        try await rows("SELECT sequence, body FROM run_event WHERE run = '\(run)' ORDER BY sequence").map { row in
            let parts = row.split(separator: "|", maxSplits: 1)
            return EventRow(sequence: Int(parts[0]) ?? 0, body: try JSONValue(parsing: Data(parts[1].utf8)))
        }
    }
}
