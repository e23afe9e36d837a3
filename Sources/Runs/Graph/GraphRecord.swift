package import Definitions
import Diagnostics
import FoundationEssentials
package import Records

/// What is kept of a command about several stacks, so that another one can go on with what it has left; of a command about
/// one stack nothing is.
package struct GraphRecord: Sendable {
    private let records: Records
    private let id: String?

    fileprivate init(records: Records, id: String?) {
        self.records = records
        self.id = id
    }

    package func record(_ results: [GraphRunRow.Stack]) async throws {
        guard let id, !results.isEmpty else { return }
        try await records.record(results, inGraphRun: id)
    }

    /// Says that nothing more will come.
    package func end() async throws {
        guard let id else { return }
        try await records.end(graphRun: id)
    }
}

extension Engine {
    /// Begins to keep what comes of several stacks.
    ///
    /// - Parameter operation: as the command is called; another one of the same name goes on with it.
    package func beginGraph(_ operation: String, _ stacks: [StackDefinition]) async throws -> GraphRecord {
        guard stacks.count > 1 else { return GraphRecord(records: records, id: nil) }
        var generator = SystemRandomNumberGenerator()
        let id = makeRunID(at: Date(), using: &generator)
        try await records.begin(
            graphRun: id, operation: operation, origin: store.origin(await store.checkout(), program: programVersion),
            stacks: stacks.map(\.name.value))
        return GraphRecord(records: records, id: id)
    }
}
