import Plans

/// What a plan does with which object: enough to tell whether another plan does the same.
package struct PlannedChanges: Hashable, Sendable {
    fileprivate struct Change: Hashable {
        let action: ChangeAction
        let previousAddress: String?
        let isImport: Bool
    }

    private let changes: [String: Change]

    package init() { changes = [:] }

    package var isEmpty: Bool { changes.isEmpty }

    /// - Parameter mode: a refresh-only plan has what it does among what has drifted.
    init(_ plan: Plan, _ mode: PlanMode) {
        changes = Dictionary(
            (mode == .refreshOnly ? plan.resourceDrift : plan.resourceChanges).filter {
                $0.mode == .managed && $0.isEffective
            }.map { change in
                (
                    change.deposed.map { "\(change.address) (deposed \($0))" } ?? change.address,
                    Change(
                        action: change.action, previousAddress: change.previousAddress,
                        isImport: change.importingID != nil)
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    /// What another plan does otherwise than this one, which was shown, each as a phrase for people; empty when it may
    /// take its place.
    ///
    /// An update that was shown may be missing: with an unknown value Terraform plans one also where it turns out that
    /// nothing changes.
    package func differences(to other: PlannedChanges) -> [String] {
        Set(changes.keys).union(other.changes.keys).sorted().compactMap { address in
            let (before, after) = (changes[address], other.changes[address])
            guard before != after, after != nil || before?.action != .update else { return nil }
            guard let before else { return "\(address): \(after?.text ?? ""), which was not shown" }
            return "\(address): \(after?.text ?? "nothing"), shown was \(before.text)"
        }
    }

    /// What is left of this plan after a part of it was applied: whether another plan does nothing that it does not do.
    package func holdsAll(of other: PlannedChanges) -> Bool {
        other.changes.allSatisfy { changes[$0] == $1 }
    }
}

extension PlannedChanges.Change {
    fileprivate var text: String {
        let verb = action.rawValue
        return previousAddress.map { "\(verb) (moved from \($0))" } ?? (isImport ? "\(verb) (imported)" : verb)
    }
}
