import ArgumentParser

/// `stack state`
struct State: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the states that are kept, and at their locks.",
        subcommands: [
            StateList.self, StateShow.self, StatePull.self, StateVersions.self, StateLocks.self, StateUnlock.self,
        ])
}
