import Cryptography
import Foundation
import JSON
import Records
import RecordsTestSupport
import TestSupport
import Testing

extension Engine {
    /// From which to which.
    static let pairs = allCases.flatMap { source in allCases.map { (source, $0) } }
}

/// Two fresh databases, as the two sides of a move: `source` and `target`.
func withSides<Value>(
    _ source: Engine = .sqlite, _ target: Engine = .sqlite,
    _ body: (ProjectMove.Side, ProjectMove.Side) async throws -> Value
) async throws -> Value {
    try await withTestDatabase(source) { source in
        try await withTestDatabase(target) { target in
            let sides = (
                ProjectMove.Side(try await source.open(), place: "source"),
                ProjectMove.Side(try await target.open(), place: "target")
            )
            return try await body(sides.0, sides.1)
        }
    }
}

extension ProjectMove.Side {
    func records(of project: String = "project") async throws -> Records {
        try await database.records(of: project, sealedWith: try makeKey())
    }
}

/// A move of the project `project`.
func move(_ source: ProjectMove.Side, _ target: ProjectMove.Side, key: SealingKey? = nil) throws -> ProjectMove {
    ProjectMove(of: "project", from: source, to: target, sealedWith: try key ?? makeKey())
}

/// Bytes that nothing makes smaller.
func noise(_ count: Int, seed: UInt64) -> Data {
    var generator = SeededGenerator(seed: seed)
    return Data((0..<count / 8).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } })
}

extension Records {
    /// A stack with a first version, an applied one, a waiting plan, events and a cluster. Its id, and those of its runs,
    /// begin with `prefix`.
    func fill(_ name: String, prefix: String = "", state: Data = Data("state".utf8), events: Int = 3) async throws {
        let stack = prefix + name
        _ = try await self.stack(named: name, orFirst: stack)
        try await addGenesis(version("first"), stack: stack)
        try await work(on: stack, run: "\(stack)-1", state: state, events: events)
        try await plan("\(stack)-2", stack: stack, on: 2)
    }

    /// A whole apply.
    func work(on stack: String, run: String, state: Data = Data("state".utf8), events: Int = 3) async throws {
        let base = try await newestSettledState(of: stack)?.sequence ?? 1
        try await plan(run, stack: stack, on: base)
        try await append(
            events: (0..<events).map { ("2026-11-19T09:30:12Z", "line", ["text": .string("line \($0) — ünï")]) },
            run: run)
        let lock = try await lock(run, stack: stack)
        try await consumePlan(lock: lock, process: ["pid": 2])
        let new = NewStateVersion(
            bytes: state, lineage: "lineage", serial: base + 1, terraformVersion: "1.11.4", resources: 1)
        try await takeIn(new, lock: lock)
        try await putCluster(
            handle: "cluster-\(stack)", stack: stack, record: ["run": .string(run)], change: "registered", lock: lock)
        try await finish(lock: lock, status: .succeeded, message: nil, exitCode: 0, unknownResources: nil)
    }

    /// The bytes of the state to plan on.
    func state(of stack: String) async throws -> Data? {
        guard let version = try await newestSettledState(of: stack) else { return nil }
        return try await bytes(of: version)
    }
}

/// What a move has told so far.
actor Told {
    private(set) var stacks: [String] = []

    func add(_ stack: MovedStack) { stacks.append(stack.name) }
}
