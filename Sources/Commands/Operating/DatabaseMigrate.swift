import ArgumentParser
import Definitions
import Diagnostics
import Records
import Runs

/// `stack database migrate`
struct DatabaseMigrate: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Move the records to a PostgreSQL, or back to a file.",
        discussion: """
            Examples:

              stack database migrate --to postgres://stack@db.example.com/stack
              stack database migrate --to .stack/stack.db

            They are moved from where they are used now: from the server that
            STACK_DATABASE_URL names, else from the file. Everything is copied as it is
            sealed, read back and compared; then the database that was left refuses to be
            used. The key stays where it is. A move that was cut short goes on with the
            same command.

            Leave the password out of the URL: a password file or PGPASSWORD has it.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The URL of a PostgreSQL, or the file of this project.", valueName: "database"))
    var to: String

    func run(in context: CommandContext) async throws -> Int32 {
        // For what can be no path.
        _ = try context.path(to)
        let (root, loaded) = try context.loadedProject()
        let target = try DatabasePlace(
            moveTo: to, from: context.folder, root: root, environment: context.environment)
        let moving = try await ProjectStore.prepareMove(
            to: target, project: loaded.project, root: root, environment: context.environment)
        let extent = try await moving.carryOut { stack in
            context.say("\(stack.name): copied \(byteText(stack.bytes))")
        }
        if let extent {
            context.say(
                "Moved \(extent) to `\(moving.targetName)`; read back and compared: sha256 \(extent.digest).", .success)
        } else {
            context.say("All was moved to `\(moving.targetName)` before.", .success)
        }
        let next =
            target.isServer
            ? "Set STACK_DATABASE_URL to that database" : "Unset STACK_DATABASE_URL"
        context.say("\(next) wherever this project is used, and commit `stack.lock`.", .hint)
        return ExitStatus.done
    }
}
