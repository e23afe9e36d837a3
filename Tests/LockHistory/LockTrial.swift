import Foundation
import Glibc
import Records
import RecordsTestSupport
import TestSupport

/// Many workers that want the locks of a few stacks of one server, on a bad network, and are stopped and killed at random.
package struct LockTrial {
    package var workers = 8
    package var stacks = ["red", "green", "blue"]
    package let duration: Duration
    package var seed = UInt64.random(in: 1 ... .max)
    /// Whether workers write under whichever token is there, as if nothing looked at it.
    package var ignoresTokens = false

    /// What has to have happened for a trial to show anything. On a machine that is busy it takes longer.
    package let isEnough: @Sendable (LockCounts) -> Bool

    /// - Parameter duration: at the least; when not enough has happened by then, up to five times as long.
    package init(duration: Duration, until isEnough: @escaping @Sendable (LockCounts) -> Bool) {
        self.duration = duration
        self.isEnough = isEnough
    }

    /// - Returns: what was done, and what of that must not be.
    package func play() async throws -> LockReport {
        try await withTestDatabase(.postgres) { database in
            let records = try await database.records()
            for stack in stacks {
                _ = try await records.stack(named: stack, orFirst: stack)
                try await records.addGenesis(
                    NewStateVersion(
                        bytes: Data(), lineage: stack, serial: 0, terraformVersion: "1", resources: 0), stack: stack)
            }
            try await records.home.close()
            return try await withProject { project in
                let (histories, faults) = try await withPostgresProxy(to: PostgresServer.shared().port) { proxy in
                    var chaos = Chaos(self, project, proxy, url: proxy.url(try database.url))
                    return (try await chaos.play(), chaos.faults)
                }
                // What was on its way may still be kept.
                try await eventually("the server has ended all sessions") {
                    try await database.run(
                        """
                        SELECT count(*) FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name = 'stack'
                        """) == "0"
                }
                let operations = try histories.flatMap(HistoryFile.operations)
                let kept = try await keptRuns(try await database.records())
                return LockReport(seed: seed, faults: faults, operations: operations, leaving: kept)
            }
        }
    }

    private func keptRuns(_ records: Records) async throws -> [KeptRun] {
        var states: [String: KeptState] = [:]
        for stack in stacks {
            for version in try await records.stateVersions(of: stack) {
                guard let run = version.run else { continue }
                let content = String(decoding: try await records.bytes(of: version), as: UTF8.self)
                states[run] = KeptState(sequence: version.sequence, isSettled: version.isSettled, content: content)
            }
        }
        return try await records.runs(limit: .max).map { run in
            KeptRun(id: run.id, hasSucceeded: run.status == .succeeded, state: states[run.id])
        }
    }
}
