import ArgumentParser
import Cryptography
import Definitions
import Diagnostics
import Records
import Runs
import SystemPackage
import Terminal

/// `stack backup`
struct Backup: StackCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the database to a file.",
        discussion: """
            Examples:

              stack backup fleet.backup
              stack backup "/backups/fleet-$(date +%F).db"

            States, plans, runs and clusters are in it, sealed; others may be at work
            meanwhile. The key is not in it: keep that one elsewhere.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The new file.", completion: .file())
    var file: String

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        let path = try context.path(file).lexicallyNormalized()
        try await store.records.home.backup(to: path)
        let extent = try await store.records.home.extent()
        context.say("Copied \(extent) to `\(path)`.", .success)
        context.say(
            "The key is not in it. Without the key `\(store.key.fingerprint)` it opens nothing: keep that elsewhere.",
            .warning)
        return ExitStatus.done
    }
}

/// `stack restore`
struct RestoreBackup: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup into the place of the database.",
        discussion: """
            Examples:

              stack restore fleet.backup
              stack restore fleet.backup --auto-approve

            The backup is checked before anything is replaced, and the database that was
            there is kept beside it. What was applied since the backup is not in it: look
            at the next plan before you apply.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The backup.", completion: .file())
    var file: String

    @Flag(help: "Replace the database that is there without asking.")
    var autoApprove = false

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, loaded) = try context.loadedProject()
        let restore = try await ProjectStore.prepareRestore(
            of: try context.path(file), project: loaded.project, root: root,
            environment: context.environment)
        do {
            guard try await isWanted(restore, context) else {
                restore.giveUp()
                return ExitStatus.refused
            }
        } catch {
            restore.giveUp()
            throw error
        }
        let kept = try await carryOut(restore)
        context.say("Restored \(restore.extent).", .success)
        if let kept { context.say("The database before is kept as `\(kept)`.", .hint) }
        return ExitStatus.done
    }

    private func carryOut(_ restore: Restore) async throws -> FilePath? {
        do {
            return try await restore.carryOut()
        } catch {
            restore.giveUp()
            throw error
        }
    }

    private func isWanted(_ restore: Restore, _ context: CommandContext) async throws -> Bool {
        guard let replaced = restore.replaced, !autoApprove else { return true }
        let what =
            switch replaced {
            case .database(let extent): "The database that is here holds \(extent)."
            case .damaged: "The database that is here is damaged."
            }
        context.output.message([StyledLine("The backup holds \(restore.extent)."), StyledLine(what, .warning)])
        return try await context.agrees("Replace it?", else: "nothing was replaced")
    }
}
