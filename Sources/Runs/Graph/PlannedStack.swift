package import Definitions
import Diagnostics
import Records

/// What came of planning one stack of several.
package struct PlannedStack: Sendable {
    package enum Outcome: Sendable {
        case planned(PlanResult)
        /// It could not be begun, or broke off.
        case failed(any Error)
        /// A stack that it waits for has failed (nil: everything was stopped).
        case skipped(because: String?)
    }

    package let definition: StackDefinition
    /// Nil when none could be begun; of several attempts the last.
    package let run: String?
    package let outcome: Outcome

    package var name: String { definition.name.value }

    /// The finished plan, unless planning failed.
    package var plan: PlanResult? {
        guard case .planned(let plan) = outcome, plan.status != .failed else { return nil }
        return plan
    }
}
