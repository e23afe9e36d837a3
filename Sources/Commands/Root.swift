import ArgumentParser

/// The whole command tree; asynchronous for its completions, which read the database.
struct Root: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stack",
        abstract: "Keep a fleet of Kubernetes clusters as code.",
        discussion: """
            Plan one stack, read it, apply just that:

              stack plan dev
              stack apply dev

            All of them, and what came of it:

              stack apply --all
              stack clusters list

            Exit codes and environment variables:

              stack help exit-codes
              stack help environment
            """,
        version: stackVersion,
        groupedSubcommands: [
            CommandGroup(
                name: "Author",
                subcommands: [
                    Init.self, NewStack.self, SetValues.self, Validate.self, List.self, Show.self, Graph.self,
                    Template.self,
                ]),
            CommandGroup(
                name: "Run",
                subcommands: [
                    PlanStacks.self, ApplyStacks.self, DestroyStacks.self, FindDrift.self, ShowOutput.self,
                    ListRuns.self,
                    ShowRun.self, Logs.self, Approve.self, Discard.self, Cancel.self, State.self,
                ]),
            CommandGroup(
                name: "Operate",
                subcommands: [
                    Clusters.self, Recover.self, Backup.self, RestoreBackup.self, Database.self,
                    ExamineProject.self, CollectGarbage.self, ThroughGateway.self,
                ]),
            CommandGroup(name: "Internal", subcommands: [Execute.self]),
        ])

    /// Given before a command's name they are the command's too: the parser hands on an option group that it has read.
    @OptionGroup var global: GlobalOptions
}
