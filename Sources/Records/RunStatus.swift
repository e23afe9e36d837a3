/// Where a run is in its life.
package enum RunStatus: String, Hashable, Sendable, Codable, CaseIterable {
    /// Recorded; when nothing has been started for it yet.
    case queued
    /// When Terraform is planning, reads what is to be imported, or looks for drift.
    case planning
    /// When a saved plan can be applied.
    case planned
    /// When a saved plan can be applied once somebody has approved it.
    case awaitingApproval
    /// When an executor has consumed the plan; Terraform may be changing things.
    case applying
    /// When the plan was applied to its end, a state was changed by hand, or a look for drift has found an answer.
    case succeeded
    /// When the plan has nothing to do.
    case unchanged
    /// When its plan shows what will be once other stacks have been applied, and is none that could be.
    case preview
    /// When planning or applying went wrong.
    case failed
    /// When a user stopped it.
    case canceled
    /// When a user decided against its plan.
    case discarded
    /// When a newer saved plan of the stack took the place of its own.
    case superseded
    /// When something that its plan was bound to has moved.
    case stale
    /// When its process died, or its lock was taken by force; what Terraform had saved was recovered.
    case interrupted

    /// When nothing may follow it, whatever the run does.
    package var isTerminal: Bool { next(in: .apply).isEmpty }

    /// When a saved plan waits for somebody to apply it.
    package var hasPendingPlan: Bool { self == .planned || self == .awaitingApproval }

    /// When a process is expected to be at work on it.
    package var isActive: Bool { self == .queued || self == .planning || self == .applying }

    /// When nothing can have been changed yet.
    package var isPlanning: Bool { self == .queued || self == .planning }

    /// The steps that may follow this one in a run that does this; the only place that says so.
    package func next(in operation: RunOperation) -> Set<RunStatus> {
        switch (self, operation) {
        // A state that is changed by hand wants no plan: its run ends with the change. A look for drift leaves none.
        case (.queued, .push), (.queued, .rollback), (.planning, .import), (.planning, .drift):
            [.succeeded, .failed, .canceled, .interrupted]
        case (.queued, _): [.planning, .failed, .canceled, .interrupted]
        case (.planning, _): [.planned, .awaitingApproval, .unchanged, .preview, .failed, .canceled, .interrupted]
        case (.planned, _): [.applying, .discarded, .superseded, .stale, .canceled]
        case (.awaitingApproval, _): [.planned, .applying, .discarded, .superseded, .stale, .canceled]
        case (.applying, _): [.succeeded, .failed, .canceled, .interrupted]
        case (.succeeded, _), (.unchanged, _), (.preview, _), (.failed, _), (.canceled, _), (.discarded, _),
            (.superseded, _),
            (.stale, _), (.interrupted, _):
            []
        }
    }
}
