import JSON

/// What the events of one apply say was begun, to be compared with the state that was saved.
///
/// It is fed with the events as Terraform wrote them, not with masked ones: addresses and ids have to be exact.
///
/// The rule is that every `apply_start` is reported unless the state *proves* how it ended:
///
/// - A **create** is settled when the state holds an object of its address that is new: the one with the id that its end
///   names, else one whose id no object of its type had before the run, at any address (a `moved` block brings an old
///   object to a new address). A half-made object that a failed provisioner left tainted is such a one.
/// - A **delete** is settled when no object of its type has its id any more, current or deposed, at any address; without
///   an id, when its address has no object at all. A new object under the same id (names as ids) counts as gone once
///   its create is in the log; whether that create is settled is its own question.
/// - An **update** is settled when it ended well and the object is in the state. An error or no end leaves the values
///   open, although the object is not lost: `isInState` tells.
/// - A **read** has no effect outside and is left out; so is a **noop**.
///
/// Objects of one address are told apart by ids, never by order, because events do not name deposed keys: a replacement
/// that creates first has two starts of one address (create, delete), and a destroy can have two deletes.
package struct ApplyLedger: Hashable, Sendable {
    private struct Operation: Hashable {
        enum End: Hashable {
            case none, completed, errored
        }

        let address: String
        let action: String
        var idKey: String?
        var idValue: String?
        var end = End.none
    }

    private static let harmlessActions: Set<String> = ["read", "noop", "no-op", "open", "renew", "close"]

    private var operations: [Operation] = []
    /// The places in `operations` of those without an end, by address.
    private var running: [String: [Int]] = [:]
    /// The addresses that errors name.
    private var explained: Set<String> = []
    /// Whether Terraform has said that it came to its end without an error: it counts what it has done only then, after
    /// the state was saved.
    package private(set) var reportsSuccess = false
    /// Whether somebody has interrupted Terraform, so that an error does not say that nothing was done.
    package private(set) var wasInterrupted = false

    package init() {}

    /// Whether nothing was begun.
    package var isEmpty: Bool { operations.isEmpty }

    /// Takes an event in; those that are not about an apply change nothing.
    package mutating func record(_ event: TerraformEvent) {
        switch event.payload {
        case .applyStart(let operation):
            running[operation.address, default: []].append(operations.count)
            operations.append(
                Operation(
                    address: operation.address, action: operation.action, idKey: operation.idKey,
                    idValue: operation.idValue))
        case .applyComplete(let operation): end(operation, .completed)
        case .applyErrored(let operation): end(operation, .errored)
        case .diagnostic(let problem) where problem.severity == .error && !problem.isOfUnansweredCall:
            if let address = problem.address { explained.insert(address) }
        case .changeSummary(let summary) where summary.operation != "plan": reportsSuccess = true
        // All that Terraform logs in this stream is that it was interrupted.
        case .log: wasInterrupted = true
        default: break
        }
    }

    /// An end without a start (the beginning of the log is gone) counts as both.
    private mutating func end(_ operation: TerraformEvent.ResourceOperation, _ end: Operation.End) {
        let candidates = running[operation.address] ?? []
        let match =
            candidates.first {
                operations[$0].action == operation.action && operation.idValue != nil
                    && operations[$0].idValue == operation.idValue
            } ?? candidates.first { operations[$0].action == operation.action }
        if let match {
            running[operation.address]?.removeAll { $0 == match }
            operations[match].end = end
            operations[match].idKey = operation.idKey ?? operations[match].idKey
            operations[match].idValue = operation.idValue ?? operations[match].idValue
        } else {
            operations.append(
                Operation(
                    address: operation.address, action: operation.action, idKey: operation.idKey,
                    idValue: operation.idValue, end: end))
        }
    }

    /// The addresses of everything that has begun and not ended, in the order of the starts; each once.
    package var runningAddresses: [String] {
        var seen: Set<String> = []
        return operations.filter { $0.end == .none && !Self.harmlessActions.contains($0.action) }
            .map(\.address).filter { seen.insert($0).inserted }
    }
}

extension ApplyLedger {
    /// Everything that was begun and is not settled in the state, in the order of the starts.
    ///
    /// - Parameters:
    ///   - state: the newest complete version.
    ///   - original: the version that the run began with. Without it a create is settled only by the id that its end names,
    ///     so more is reported.
    package func unknownResources(in state: TerraformState, startedFrom original: TerraformState?) -> [UnknownResource]
    {
        let objects = ObjectIndex(state)
        let earlier = original.map(ObjectIndex.init)
        var deletedIDs: [String: Set<String>] = [:]
        for operation in operations where operation.action == "delete" {
            if let id = operation.idValue { deletedIDs[operation.address, default: []].insert(id) }
        }
        return operations.compactMap { operation in
            guard !Self.harmlessActions.contains(operation.action),
                !isSettled(operation, objects, earlier, deletedIDs[operation.address] ?? [])
            else { return nil }
            let present = objects[operation.address]
            // With an id the new object would have been recognised.
            let mayBePresent = operation.action == "create" ? present.contains { $0.id == nil } : !present.isEmpty
            return UnknownResource(
                address: operation.address, action: operation.action, outcome: Self.outcome(of: operation),
                isInState: mayBePresent, isAddressTaken: present.contains { !$0.isDeposed }, idKey: operation.idKey,
                idValue: operation.idValue)
        }
    }

    /// Of an apply that came to its own end: what failed without an error that names it. An error that a provider gives
    /// names what it is about and says what became of it; when the provider died or did not answer, nobody knows that.
    package func unansweredResources(
        in state: TerraformState, startedFrom original: TerraformState?
    ) -> [UnknownResource] {
        unknownResources(in: state, startedFrom: original)
            .filter { $0.outcome == .errored && !explained.contains($0.address) }
    }

    private static func outcome(of operation: Operation) -> UnknownResource.Outcome {
        switch operation.end {
        case .none: .unfinished
        case .errored: .errored
        case .completed: .unrecorded
        }
    }

    private func isSettled(
        _ operation: Operation, _ objects: ObjectIndex, _ earlier: ObjectIndex?, _ deletedIDs: Set<String>
    ) -> Bool {
        let present = objects[operation.address]
        switch operation.action {
        case "create": return isCreateSettled(operation, present, earlier, deletedIDs)
        case "delete":
            guard let id = operation.idValue else { return present.isEmpty }
            let wasMadeAgain = operations.contains {
                $0.address == operation.address && $0.action == "create" && $0.end == .completed && $0.idValue == id
            }
            if wasMadeAgain { return operation.end == .completed }
            return !objects.ofSameType(as: operation.address).contains { $0.has(id, at: operation.idKey) }
        case "update": return operation.end == .completed && !present.isEmpty
        default: return false
        }
    }

    private func isCreateSettled(
        _ operation: Operation, _ present: [StateObject], _ earlier: ObjectIndex?, _ deletedIDs: Set<String>
    ) -> Bool {
        if operation.end == .completed, let id = operation.idValue {
            return present.contains { $0.has(id, at: operation.idKey) }
        }
        guard let earlier else { return false }
        return present.contains { object in
            !earlier.mayHold(object) && object.id.map(deletedIDs.contains) != true
        }
    }
}

/// One object in a state.
private struct StateObject {
    let type: String
    let attributes: JSONValue
    let isDeposed: Bool

    var id: String? { text(at: "id") }

    /// - Parameter key: a name, or the dotted path that Terraform's log gives (`tags.Name`).
    func has(_ value: String, at key: String?) -> Bool { text(at: key ?? "id") == value }

    private func text(at key: String) -> String? {
        let value = attributes[key] ?? key.split(separator: ".").reduce(attributes as JSONValue?) { $0?[String($1)] }
        switch value {
        case .string(let text): return text
        case .number: return value?.text
        default: return nil
        }
    }
}

/// The current and deposed objects of a state.
private struct ObjectIndex {
    private var byAddress: [String: [StateObject]] = [:]
    private var byType: [String: [StateObject]] = [:]
    /// By type; nil stands for an object without an id.
    private var ids: [String: Set<String?>] = [:]

    init(_ state: TerraformState) {
        for resource in state.resources where resource.mode == .managed {
            for instance in resource.instances {
                let object = StateObject(
                    type: resource.type, attributes: instance.attributes, isDeposed: instance.deposed != nil)
                byAddress[resource.address(of: instance), default: []].append(object)
                byType[resource.type, default: []].append(object)
                ids[resource.type, default: []].insert(object.id)
            }
        }
    }

    subscript(address: String) -> [StateObject] { byAddress[address] ?? [] }

    func ofSameType(as address: String) -> [StateObject] {
        let parts = ConfiguredBlocks.withoutInstanceKeys(address).split(separator: ".")
        return parts.dropLast().last.flatMap { byType[String($0)] } ?? []
    }

    /// Whether an object may be one of these, at whatever address.
    func mayHold(_ object: StateObject) -> Bool { ids[object.type]?.contains(object.id) == true }
}
