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
            let soak = KillSoak(arena: try Arena(project))
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

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
