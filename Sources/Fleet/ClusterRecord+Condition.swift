package import FoundationEssentials

extension ClusterRecord {
    /// A statement about the cluster that holds or does not, and since when.
    package struct Condition: Hashable, Sendable, Codable {
        package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
            /// Met while the last run of its stack left the cluster in the state.
            case present
        }

        package enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
            /// When an apply has succeeded.
            case applied
            /// When the stack was destroyed.
            case destroyed
            /// When an apply has succeeded whose outputs tell of the cluster no more.
            case withdrawn
        }

        package var kind: Kind
        package var isMet: Bool
        package var reason: Reason
        package var since: Date

        package init(kind: Kind, isMet: Bool, reason: Reason, since: Date) {
            self.kind = kind
            self.isMet = isMet
            self.reason = reason
            self.since = since
        }
    }

    /// Whether the cluster was destroyed, or is no more among its stack's outputs.
    package var isGone: Bool { conditions.contains { $0.kind == .present && !$0.isMet } }

    /// The record of a cluster that is no more; what it was stays readable.
    package func gone(_ reason: Condition.Reason, run: String, at date: Date) -> ClusterRecord {
        var record = self
        record.run = run
        record.observedAt = date
        record.conditions.removeAll { $0.kind == .present }
        record.conditions.append(Condition(kind: .present, isMet: false, reason: reason, since: date))
        return record.following(self)
    }

    /// The record as the successor of an older one: a condition that has not changed keeps its time.
    package func following(_ previous: ClusterRecord) -> ClusterRecord {
        var record = self
        record.conditions = conditions.map { condition in
            let same = previous.conditions.first { $0.kind == condition.kind && $0.isMet == condition.isMet }
            var condition = condition
            condition.since = same?.since ?? condition.since
            return condition
        }
        return record
    }
}
