import Runs
import Synchronization
import Testing

struct RoundsTests {
    /// How long each round takes, in minutes, and when it begins, where they come every quarter of an hour.
    @Test(arguments: [
        ([0, 0, 0, 0], [0, 15, 30, 45]), ([1, 14, 2, 0], [0, 15, 30, 45]), ([20, 1, 1, 0], [0, 20, 35, 50]),
        ([15, 40, 0, 0], [0, 15, 55, 70]),
    ])
    func `an interval counts from start to start, and no round begins before the last has ended`(
        lengths: [Int], starts: [Int]
    ) async {
        let clock = SteppingClock()
        var begun: [Int] = []
        var numbers: [Int] = []
        do {
            try await inRounds(every: .seconds(15 * 60), by: clock) { number in
                guard begun.count < lengths.count else { throw Enough() }
                numbers.append(number)
                begun.append(clock.minutes)
                clock.pass(minutes: lengths[begun.count - 1])
            }
        } catch {
            #expect(error is Enough)
        }
        #expect(begun == starts)
        #expect(numbers == [1, 2, 3, 4])
    }

    @Test func `who is cancelled while waiting begins no further round`() async {
        let rounds = Mutex(0)
        let task = Task {
            try await inRounds(every: .seconds(3600), by: ContinuousClock()) { _ in rounds.withLock { $0 += 1 } }
        }
        while rounds.withLock({ $0 }) == 0 { await Task.yield() }
        task.cancel()
        guard case .failure(let error) = await task.result else { return }
        #expect(error is CancellationError)
        #expect(rounds.withLock { $0 } == 1)
    }
}

private struct Enough: Error {}

/// A clock on which waiting takes no time.
private final class SteppingClock: Clock {
    private let origin = ContinuousClock.now
    private let passed = Mutex(Duration.zero)

    var now: ContinuousClock.Instant { origin + passed.withLock { $0 } }
    var minimumResolution: Duration { .zero }
    var minutes: Int { Int(passed.withLock { $0.components.seconds } / 60) }

    func pass(minutes: Int) { passed.withLock { $0 += .seconds(60 * minutes) } }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        passed.withLock { $0 = max($0, deadline - origin) }
    }
}
