import TestSupport

extension Fault {
    /// Disks that are full or may not be written.
    static let ofDisks: [Fault] = [
        Fault(
            name: "a full disk", moments: [.beforePlan, .beforeApply] + Moment.spread(14), endings: anyEnding,
            disk: .small,
            strike: { trial in
                try await trial.arena.disk?.fill()
                return true
            },
            heal: { try await $0.arena.disk?.makeSpace() }),
        Fault(
            name: "a disk that is read-only", moments: [.beforePlan, .beforeApply], endings: anyEnding, disk: .small,
            strike: { trial in
                try await trial.arena.disk?.makeReadOnly()
                return true
            },
            heal: { try await $0.arena.disk?.makeWritable() }),
        Fault(
            name: "a disk that is read-only after a kill", moments: Moment.spread(5), endings: anyEnding,
            disk: .small,
            strike: { trial in
                let hasKilled = killAll(of: trial)
                _ = try await trial.follower?.end()
                try await trial.arena.disk?.makeReadOnly()
                try requireWords(try await trial.arena.project.stack("recover"))
                return hasKilled
            }, heal: { try await $0.arena.disk?.makeWritable() }),
    ]

    static let anyEnding: Set<String> = ["succeeded", "failed", "interrupted", "planned"]
}
