import ArgumentParser

/// `stack state`
struct State: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the states that are kept, change them, and their locks.",
        subcommands: [
            StateList.self, StateShow.self, StatePull.self, StatePush.self, StateVersions.self, StateRollback.self,
            StateImportCommand.self, StateLocks.self, StateUnlock.self,
        ])
}
