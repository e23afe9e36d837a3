import Definitions
import Diagnostics
import Plans
import Records
import Runs

/// A plan of a stack that was shown and may be applied: a saved one, or a preview, which is planned anew when the stacks
/// that it takes something of have been applied.
struct PendingPlan: Sendable {
    let definition: StackDefinition
    let run: String
    let needsApproval: Bool
    let protected: [String: String]
    let view: [StyledLine]
    /// Whether the stack was never applied.
    let isNew: Bool
    /// The stacks that a preview waits for; none for a saved plan.
    let awaited: Set<String>

    var isPreview: Bool { !awaited.isEmpty }
    var name: String { definition.name.value }

    /// Nil when the stack's plan failed or has nothing to do.
    init?(_ stack: PlannedStack) {
        guard let plan = stack.plan, plan.status.hasPendingPlan || plan.status == .preview else { return nil }
        self.init(plan, of: stack.definition)
    }

    init(_ plan: PlanResult, of definition: StackDefinition) {
        self.init(
            definition: definition, run: plan.run, needsApproval: definition.approval, protected: plan.protected,
            view: plan.view, isNew: plan.isNewStack, awaited: plan.awaited)
    }

    init(
        definition: StackDefinition, run: String, needsApproval: Bool, protected: [String: String],
        view: [StyledLine], isNew: Bool, awaited: Set<String> = []
    ) {
        self.definition = definition
        self.run = run
        self.needsApproval = needsApproval
        self.protected = protected
        self.view = view
        self.isNew = isNew
        self.awaited = awaited
    }
}

extension PlanResult {
    /// Whether it has something to do, now or when other stacks have been applied.
    var isPending: Bool { status.hasPendingPlan || (status == .preview && summary?.text != PlanSummary().text) }
}
