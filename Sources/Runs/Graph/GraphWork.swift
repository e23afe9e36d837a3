package import StackGraph

/// Works on many stacks, each as soon as what it waits for has ended, and on no more at once than `limit` and the memory
/// allow. Nothing more is started once the task was cancelled.
///
/// - Parameters:
///   - work: never throws; what it gives says how it has ended.
///   - onSkip: told of each stack that is not going to be started, when that is known.
/// - Returns: what came of the stacks that were started, by name.
package func workThrough<Value: Sendable>(
    _ schedule: Schedule, atOnce limit: Int, memory: MemoryGauge = MemoryGauge(),
    ending: (Value) -> Schedule.Ending, onSkip: (Schedule.Skip) -> Void,
    _ work: @escaping @Sendable (_ stack: String) async -> Value
) async -> [String: Value] {
    var schedule = schedule
    var values: [String: Value] = [:]
    await withTaskGroup(of: (String, Value).self) { group in
        var starts: [String: ContinuousClock.Instant] = [:]
        func startMore() {
            while starts.count < limit, !Task.isCancelled {
                let young = starts.values.count { $0.duration(to: .now) < .seconds(3) }
                // One always may; the others are looked at again whenever one has ended.
                guard starts.isEmpty || memory.hasRoom(beside: young), let stack = schedule.start() else { return }
                starts[stack] = .now
                group.addTask { (stack, await work(stack)) }
            }
        }
        startMore()
        while let (stack, value) = await group.next() {
            starts[stack] = nil
            values[stack] = value
            for skip in schedule.end(stack, ending(value)) { onSkip(skip) }
            startMore()
        }
    }
    for skip in schedule.stop() { onSkip(skip) }
    return values
}
