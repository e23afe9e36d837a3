import Files
import Foundation
import JSON
import Records
import RecordsTestSupport
import StateStore
import SystemPackage
import Testing

/// A run that holds the lock of a stack and whose workspace is a temporary folder.
struct Intake {
    let database: TestDatabase
    let records: Records
    let store: StateStore
    let stack: StackRow
    let folder: FilePath
    let base: StateVersion
    let lock: LockToken
    let intake: StateIntake

    /// Puts bytes where Terraform keeps the state.
    func write(_ bytes: Data, to name: String = stateFileName) throws {
        try bytes.write(to: URL(fileURLWithPath: folder.appending(name).string))
    }

    func newest() async throws -> StateVersion? { try await records.state(writtenBy: lock.run, stack: stack.id) }

    /// Watches until a version with these bytes was taken in.
    func waitUntilTaken(_ bytes: Data) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            // One that is replaced between the two looks cannot be read any more.
            if let newest = try await newest(), (try? await records.bytes(of: newest)) == bytes { return }
            try #require(ContinuousClock.now < deadline, "the version was not taken in")
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

let owner = LockOwner(name: "me", user: "anna", process: .null)

func withIntake<Value>(_ engine: Engine, _ body: (Intake) async throws -> Value) async throws -> Value {
    try await withTestDatabase(engine) { database in
        try await withFolder { folder in try await body(makeIntake(database, folder)) }
    }
}

private func makeIntake(_ database: TestDatabase, _ folder: FilePath) async throws -> Intake {
    let records = try await database.records()
    let stack = StackRow(id: UUID().uuidString.lowercased(), project: "project", name: "dev")
    _ = try await records.stack(named: stack.name, orFirst: stack.id)
    let store = StateStore(records: records)
    let base = try await store.base(of: stack, terraformVersion: "1.11.4")
    try await records.begin(planned: "run", stack: stack.id)
    let lock = try await records.acquireLock(stack: stack.id, run: "run", owner: owner).get()
    try await records.consumePlan(lock: lock, base: base.sequence, process: [:])
    try await store.layOut(base, in: folder)
    let intake = try await store.intake(in: folder, lock: lock, base: base)
    return Intake(
        database: database, records: records, store: store, stack: stack, folder: folder, base: base, lock: lock,
        intake: intake)
}

extension Records {
    /// A run whose plan waits.
    func begin(planned run: String, stack: String) async throws {
        let origin = RunOrigin(user: "anna", host: "here", commit: nil, isClean: nil, program: "1")
        try await begin(run: run, stack: stack, operation: .apply, origin: origin, process: [:])
        try await advance(run: run, to: .planning)
        try await savePlan(run: run, stack: stack, status: .planned, binding: [:], summary: [:], artifacts: [:])
    }
}

/// A state file as Terraform writes it.
func state(
    _ intake: Intake, serial: Int, resources: [String] = [], lineage: String? = nil, version: String = "1.11.4"
) -> Data {
    let document: JSONValue = [
        "version": 4, "terraform_version": .string(version), "serial": .number(.init(serial)),
        "lineage": .string(lineage ?? intake.base.lineage), "outputs": [:], "check_results": .null,
        "resources": .array(
            resources.map { name in
                [
                    "mode": "managed", "type": "terraform_data", "name": .string(name),
                    "provider": "provider[\"terraform.io/builtin/terraform\"]",
                    "instances": [["schema_version": 0, "attributes": ["id": "1"]]],
                ]
            }),
    ]
    return document.encoded(pretty: true)
}
