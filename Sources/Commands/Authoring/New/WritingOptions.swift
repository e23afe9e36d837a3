import ArgumentParser
import Diagnostics
import SourceControl
import SystemPackage

/// The flags that say what becomes of files that were made.
struct WritingOptions: ParsableArguments {
    @Flag(help: "Show the files; write nothing.")
    var dryRun = false

    @Flag(help: "Commit the files to a branch of their own.")
    var pr = false

    @Option(help: ArgumentHelp("The branch of `--pr`.", valueName: "branch"))
    var branch: String?

    @Flag(help: "Do not ask whether to write the files.")
    var autoApprove = false

    func validate() throws {
        if branch != nil, !pr { throw ValidationError("`--branch` goes with `--pr`") }
    }

    /// The branch that the files go to; nil where they are written as they are.
    ///
    /// - Throws: a `Diagnostic` when it cannot be made, before anybody was asked anything.
    func branch(default name: String, _ root: FilePath, _ context: CommandContext) async throws -> BranchProposal? {
        guard pr else { return nil }
        let branch = try await BranchProposal(branch: branch ?? name, in: root, environment: context.environment)
        if try await GitCheckout.read(root, environment: context.environment)?.isClean == false {
            context.say("What is not committed here will not be on the branch `\(branch.branch)`.", .warning)
        }
        return branch
    }
}
