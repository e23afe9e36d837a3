package import Plans
package import StackGraph

/// How one command goes about many stacks.
package struct GraphOptions: Sendable {
    /// How many stacks at once.
    package var parallelism: Int
    package var onFailure: Schedule.FailurePolicy
    package var retries: RetryPolicy

    /// What a failure means for the others. What others still stand on is not destroyed, whatever was asked for.
    package func policy(for mode: PlanMode) -> Schedule.FailurePolicy {
        mode == .destroy && onFailure == .goOn ? .skipWaiting : onFailure
    }

    package init(parallelism: Int, onFailure: Schedule.FailurePolicy, retries: RetryPolicy) {
        self.parallelism = parallelism
        self.onFailure = onFailure
        self.retries = retries
    }
}
