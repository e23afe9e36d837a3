import Diagnostics
package import FoundationEssentials
import JSON
package import Records

/// The cluster records of a project, as they are kept.
package struct ClusterRegistry: Sendable {
    private let records: Records

    package init(records: Records) { self.records = records }

    /// A kept record and what the database knows about it.
    package struct Entry: Sendable {
        package let record: ClusterRecord
        package let updatedAt: String
        package let goneAt: String?
        /// What the last look at the cluster's stack has found; nil when there was none since its last apply.
        package let drift: DriftRow?
    }

    /// What became of a record.
    package struct Change: Hashable, Sendable {
        package let handle: String
        /// `registered`, `updated` or `gone`.
        package let change: String
    }

    /// By handle; those of destroyed stacks only on demand.
    package func entries(includingGone: Bool = false) async throws -> [Entry] {
        let drift = Dictionary(try await records.drift().map { ($0.stack, $0) }) { $1 }
        return try await records.clusters().filter { includingGone || $0.goneAt == nil }.map { row in
            try Entry(row, drift: drift[row.stack])
        }
    }

    package func history(of handle: String) async throws -> [(row: ClusterHistoryRow, record: ClusterRecord)] {
        try await records.clusterHistory(handle: handle).map { row in
            (row, try row.record.decoded())
        }
    }

    /// - Throws: a `Diagnostic` with the outcome `refused` when another stack's cluster has one of the handles.
    package func requireFree(_ handles: [String], for stack: String) async throws {
        for row in try await records.clusters() where row.goneAt == nil && row.stack != stack {
            guard handles.contains(row.handle) else { continue }
            let owner = try (row.record.decoded() as ClusterRecord).stack
            throw Diagnostic.error(
                "the handle `\(row.handle)` belongs to the cluster of the stack `\(owner)`",
                hint: "Give one of them another `spec.cluster.handle`; one that is destroyed gives its handle back",
                outcome: .refused)
        }
    }

    /// Writes the records that a stack's successful run gave, and marks those that it no longer gives as gone.
    ///
    /// - Parameter lock: of that run.
    /// - Throws: a `Diagnostic` when a handle belongs to another stack, or the lock was lost.
    package func register(
        _ current: [ClusterRecord], stack: String, at date: Date, isDestroyed: Bool, lock: LockToken
    ) async throws -> [Change] {
        let known = try await records.clusters().filter { $0.stack == stack }
        var changes: [Change] = []
        for record in current {
            let row = known.first { $0.handle == record.handle && $0.goneAt == nil }
            let previous: ClusterRecord? = try row?.record.decoded()
            let next = previous.map(record.following) ?? record
            let change: String? =
                if let previous { next.changes(since: previous).isEmpty ? nil : "updated" } else { "registered" }
            try await put(next, stack, change, lock)
            if let change { changes.append(Change(handle: record.handle, change: change)) }
        }
        let handles = Set(current.map(\.handle))
        for row in known where row.goneAt == nil && !handles.contains(row.handle) {
            let record: ClusterRecord = try row.record.decoded()
            let gone = record.gone(isDestroyed ? .destroyed : .withdrawn, run: lock.run, at: date)
            try await put(gone, stack, "gone", lock)
            changes.append(Change(handle: row.handle, change: "gone"))
        }
        return changes
    }

    private func put(_ record: ClusterRecord, _ stack: String, _ change: String?, _ lock: LockToken) async throws {
        try await records.putCluster(
            handle: record.handle, stack: stack, record: try JSONValue(parsing: try record.encoded()),
            change: change, lock: lock)
    }
}

extension ClusterRegistry.Entry {
    fileprivate init(_ row: ClusterRow, drift: DriftRow?) throws {
        self.init(
            record: try row.record.decoded(), updatedAt: row.updatedAt, goneAt: row.goneAt,
            // Of a cluster that is gone there is nothing to say.
            drift: row.goneAt == nil ? drift : nil)
    }
}

extension JSONValue {
    fileprivate func decoded() throws -> ClusterRecord { try ClusterRecord(parsing: encoded()) }
}
