/// Something that a stack with `protect` refuses to lose.
package struct ProtectedChange: Hashable, Sendable {
    package enum Effect: String, Hashable, Sendable, Codable {
        /// The object is destroyed.
        case destroyed
        /// The object is destroyed, another takes its place.
        case replaced
        /// The object leaves the state and is managed by nobody from then on.
        case forgotten
        /// The object was found gone, and the state will say so.
        case foundDeleted = "found-deleted"
    }

    package let address: String
    package let effect: Effect
}

extension Plan {
    /// Every managed object that this plan would delete, replace or forget, or records as deleted by somebody else;
    /// in the order of the plan, each address and effect once.
    package var protectedChanges: [ProtectedChange] {
        var seen: Set<ProtectedChange> = []
        let changes = resourceChanges.filter { $0.mode == .managed }.compactMap { change in
            Self.effect(of: change.action).map { ProtectedChange(address: change.address, effect: $0) }
        }
        let found = resourceDrift.filter { $0.mode == .managed && Self.effect(of: $0.action) != nil }
            .map { ProtectedChange(address: $0.address, effect: .foundDeleted) }
        return (changes + found).filter { seen.insert($0).inserted }
    }

    private static func effect(of action: ChangeAction) -> ProtectedChange.Effect? {
        switch action {
        case .noOp, .create, .read, .update: nil
        case .delete: .destroyed
        case .replaceDeleteFirst, .replaceCreateFirst: .replaced
        case .forget, .createThenForget: .forgotten
        }
    }
}
