/// Does the same again and again, until it is cancelled or throws.
///
/// - Parameters:
///   - interval: from the start of a round to the start of the next one. A round that takes longer is followed by the next
///     one at once: there are never two at a time.
///   - round: gets the number of the round, from 1.
package func inRounds<TimeSource: Clock>(
    every interval: Duration, by clock: TimeSource, _ round: (_ number: Int) async throws -> Void
) async throws -> Never where TimeSource.Duration == Duration {
    var start = clock.now
    var number = 1
    while true {
        try await round(number)
        start = max(start.advanced(by: interval), clock.now)
        try await clock.sleep(until: start, tolerance: nil)
        number += 1
    }
}
