package import Definitions
import Diagnostics
import FoundationEssentials
package import Records

/// What is kept of a command about several stacks, so that another one can go on with what it has left; of a command about
/// one stack nothing is.
package struct GraphRecord: Sendable {
    private let records: Records
    private let id: String?
    /// Who has given the command, and from what: found out once for all of its stacks; nil for a command about one.
    package let origin: RunOrigin?

    fileprivate init(records: Records, id: String?, origin: RunOrigin?) {
        self.records = records
        self.id = id
        self.origin = origin
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
    /// - Parameters:
    ///   - operation: as the command is called; another one of the same name goes on with it.
    ///   - last: the one that this one goes on with: what that has left and this one leaves out is left by this one, too.
    package func beginGraph(
        _ operation: String, _ stacks: [StackDefinition], resuming last: GraphRunRow? = nil
    ) async throws -> GraphRecord {
        let left = (last?.stacks ?? []).filter(\.result.isLeft).map(\.name)
        guard stacks.count > 1 || (!stacks.isEmpty && !left.isEmpty) else {
            return GraphRecord(records: records, id: nil, origin: nil)
        }
        var generator = SystemRandomNumberGenerator()
        let id = makeRunID(at: Date(), using: &generator)
        let origin = await store.origin(store.checkout(), program: programVersion)
        try await records.begin(
            graphRun: id, operation: operation, origin: origin,
            stacks: Set(stacks.map(\.name.value) + left).sorted())
        return GraphRecord(records: records, id: id, origin: origin)
    }
}
