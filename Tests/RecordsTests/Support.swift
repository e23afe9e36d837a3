import Diagnostics
import Foundation
import JSON
import Records
import RecordsTestSupport

let owner = LockOwner(name: "pid 1", user: "anna", process: ["pid": 1])

/// A database with the stack `dev` in it.
func withRecords<Value>(
    _ engine: Engine, _ body: (Records, TestDatabase) async throws -> Value
) async throws -> Value {
    try await withTestDatabase(engine) { database in
        let records = try await database.records()
        _ = try await records.stack(named: "dev", orFirst: "dev")
        return try await body(records, database)
    }
}

let origin = RunOrigin(user: "anna", host: "here", commit: nil, isClean: nil, program: "1")

extension Records {
    func begin(_ run: String, _ operation: RunOperation = .apply, stack: String = "dev") async throws {
        try await begin(run: run, stack: stack, operation: operation, origin: origin, process: ["pid": 1])
    }

    /// A run with a saved plan.
    func plan(_ run: String, stack: String = "dev", on base: Int = 1) async throws {
        try await begin(run, stack: stack)
        try await advance(run: run, to: .planning)
        try await savePlan(
            run: run, stack: stack, status: .planned, binding: ["stateSequence": .number(.init(base))], summary: [:],
            artifacts: [.planFile: Data("the plan".utf8), .view: Data("the view".utf8), .secrets: Data("[]".utf8)])
    }

    func lock(_ run: String, stack: String = "dev", lease: Duration = .seconds(60)) async throws -> LockToken {
        try await acquireLock(stack: stack, run: run, owner: owner, lease: lease).get()
    }

    func finish(_ lock: LockToken, _ status: RunStatus) async throws {
        try await finish(lock: lock, status: status, message: nil, exitCode: 0, unknownResources: nil)
    }

    /// A whole apply that leaves one version.
    @discardableResult
    func apply(_ run: String, content: String = "state", status: RunStatus = .succeeded) async throws -> Int {
        let base = try await newestSettledState(of: "dev")?.sequence ?? 1
        try await plan(run, on: base)
        let lock = try await lock(run)
        try await consumePlan(lock: lock, process: ["pid": 2])
        let sequence = try await takeIn(version(content), lock: lock)
        try await finish(lock, status)
        return sequence
    }
}

func version(_ content: String, serial: Int = 1) -> NewStateVersion {
    NewStateVersion(
        bytes: Data(content.utf8), lineage: "lineage", serial: serial, terraformVersion: "1.11.4", resources: 0)
}

/// The message of the diagnostic that some work ends with.
func failure(_ work: () async throws -> Void) async -> String? {
    do {
        try await work()
        return nil
    } catch let problem as Diagnostic {
        return problem.message
    } catch {
        return "\(error)"
    }
}

extension Records {
    /// As an apply does it whose plan was made on the newest state.
    func consumePlan(lock: LockToken, process: JSONValue) async throws {
        try await consumePlan(
            lock: lock, base: try await newestSettledState(of: lock.stack)?.sequence ?? 0, process: process)
    }
}
