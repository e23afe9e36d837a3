import Plans
import Testing

/// Applies that are killed at any moment: what exists outside, what the log says, what the state says.
struct ApplyLedgerModelTests {
    private struct World {
        var current: [String: String] = [:]
        var deposed: [String: String] = [:]
        var ids: Set<String> { Set(current.values).union(deposed.values) }
    }

    /// One thing that happens, in the order in which Terraform does it.
    private enum Step {
        case log(TerraformEvent)
        case make(String)
        case destroy(String)
        case write((inout World) -> Void)
    }

    private enum Kind: CaseIterable {
        case create, failedCreate, replaceDeleteFirst, replaceCreateFirst, delete, update
    }

    private static func steps(
        _ kind: Kind, _ address: String, old: String, new: String, using generator: inout SeededGenerator
    ) -> [Step] {
        func log(_ type: String, _ action: String, _ id: String?) -> Step {
            .log(ApplyLedgerTests.event(type, address, action, id))
        }
        // Terraform says that it is done before or after it writes the state.
        func done(_ action: String, _ id: String?, _ change: @escaping (inout World) -> Void) -> [Step] {
            let steps = [log("apply_complete", action, id), .write(change)]
            return Bool.random(using: &generator) ? steps : steps.reversed()
        }
        func create() -> [Step] {
            [log("apply_start", "create", nil), .make(new)] + done("create", new) { $0.current[address] = new }
        }
        func delete(_ change: @escaping (inout World) -> Void) -> [Step] {
            [log("apply_start", "delete", old), .destroy(old)] + done("delete", nil, change)
        }
        switch kind {
        case .create: return create()
        case .failedCreate:
            let isMade = Bool.random(using: &generator)
            return [log("apply_start", "create", nil)] + (isMade ? [.make(new)] : [])
                + [log("apply_errored", "create", nil)] + (isMade ? [.write { $0.current[address] = new }] : [])
        case .replaceDeleteFirst: return delete { $0.current[address] = nil } + create()
        case .replaceCreateFirst:
            let depose = Step.write { world in
                world.current[address] = nil
                world.deposed[address] = old
            }
            return [depose] + create() + delete { $0.deposed[address] = nil }
        case .delete: return delete { $0.current[address] = nil }
        case .update: return [log("apply_start", "update", old)] + done("update", old) { _ in }
        }
    }

    @Test(arguments: (0..<500).map { UInt64($0) })
    func `wherever an apply is killed, no object is lost in silence`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var original = World()
        var world = World()
        var addresses: [String: String] = [:]
        var plans: [[Step]] = []
        for number in 0..<6 {
            let kind = Kind.allCases.randomElement(using: &generator) ?? .create
            let address = "t.r\(number)"
            let old = "old\(number)"
            // Where a name is the id, the new object has the id of the old one.
            let new = kind == .replaceDeleteFirst && Bool.random(using: &generator) ? old : "new\(number)"
            if kind != .create, kind != .failedCreate {
                world.current[address] = old
                // A `moved` block: the object had another address before.
                original.current[Int.random(in: 0...3, using: &generator) == 0 ? "t.moved\(number)" : address] = old
            }
            addresses[old] = address
            addresses[new] = address
            plans.append(Self.steps(kind, address, old: old, new: new, using: &generator))
        }
        var outside = world.ids
        var saved = original
        var ledger = ApplyLedger()
        for steps in plans {
            for step in steps.prefix(Int.random(in: 0...steps.count, using: &generator)) {
                switch step {
                case .log(let event): ledger.record(event)
                case .make(let id): outside.insert(id)
                case .destroy(let id): outside.remove(id)
                case .write(let change):
                    change(&world)
                    // The last version that was taken in may be older than the last that was written.
                    if Int.random(in: 0...3, using: &generator) > 0 { saved = world }
                }
            }
        }
        let state = try ApplyLedgerTests.state(saved.current, deposed: saved.deposed.map { ($0.key, $0.value) })
        for start in [nil, try ApplyLedgerTests.state(original.current)] {
            let unknown = Set(ledger.unknownResources(in: state, startedFrom: start).map(\.address))
            for id in outside.symmetricDifference(saved.ids) {
                let address = try #require(addresses[id])
                #expect(unknown.contains(address), "seed \(seed): \(id) of \(address) is lost")
            }
        }
    }
}
