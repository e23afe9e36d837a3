import ArgumentParser
import Diagnostics
import Runs

/// `stack gc`
struct CollectGarbage: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Remove what is kept only to be faster.",
        discussion: """
            Examples:

              stack gc
              stack gc --older-than 0s

            Trims the cache of the provider gateway: schemas, validations and checked
            packages. A run learns anew what it needs and does not find.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Only what was learned so long ago: 12h, 30d.", valueName: "time"))
    var olderThan = TimeSpan(seconds: 7 * 24 * 3600)

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, _) = try context.loadedProject()
        let bytes = trimGatewayCache(of: root, environment: context.environment, olderThan: olderThan.duration)
        context.say("\(byteText(bytes)) removed.", .success)
        return ExitStatus.done
    }
}
