import Dispatch

/// Runs an actor's work on a thread that may wait, for a library whose calls block: the threads that all other tasks
/// share must not.
final class BlockingExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "stack.database")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
