/// Something that happens while one command works on many stacks.
package enum GraphEvent: Sendable {
    case run(RunEvent, stack: String, run: String)
    /// The stack is tried again, after some time.
    case retrying(stack: String, run: String, because: String, after: Duration)
    /// The stack is not going to be started: one that it waits for, itself or through others, has failed (nil: everything
    /// was stopped).
    case skipped(stack: String, because: String?)
}
