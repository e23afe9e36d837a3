import FaultMatrix
import Foundation
import TestSupport
import Testing

/// Applies that are killed at any moment, again and again, in one project: what one round leaves behind, the next one
/// starts from.
///
/// `STACK_SOAK_ROUNDS` says how many rounds (50), `STACK_SOAK_SEED` repeats the order of an earlier run.
@Suite struct KillSoakTests {
    @Test func `whatever is killed and whenever, nothing is lost in silence and the next apply finishes the work`()
        async throws
    {
        let settings = ProcessInfo.processInfo.environment
        let seed = settings["STACK_SOAK_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1 ... .max)
        let rounds = settings["STACK_SOAK_ROUNDS"].flatMap(Int.init) ?? 50
        var generator = SeededGenerator(seed: seed)
        try await withProject { project in
            let soak = KillSoak(arena: try await Arena(project))
            for number in 1...rounds {
                let round = KillSoak.Round(number: number, using: &generator)
                do {
                    try await soak.play(round)
                } catch {
                    Issue.record("\(round), seed \(seed): \(error)")
                    return
                }
            }
        }
    }
}
