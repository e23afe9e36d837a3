import Archive
import ArgumentParser
import Diagnostics
import Templates

/// `stack template unpack`
struct UnpackTemplate: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpack", abstract: "Unpack a bundle into a new folder.",
        discussion: """
            Examples:

              stack template unpack eks-cluster-1.0.0.tar.gz templates/eks-cluster
              stack template unpack eks-cluster.tar.zst /tmp/look

            The folder must not be there yet, or be empty. Either all of the bundle is in it
            afterwards, or nothing.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The bundle, `.tar.gz` or `.tar.zst`.", completion: .file())
    var file: String

    @Argument(help: "The folder.", completion: .directory)
    var directory: String

    func run(in context: CommandContext) async throws -> Int32 {
        // Just what the digest is over, and what `verify` shows.
        let entries = TemplateContent(entries: try bundleEntries(of: try context.bundle(file))).entries
        try layOut(entries, as: try context.path(directory))
        let count = entries.count { $0.content != .directory }
        context.say("Unpacked \(count) \(count == 1 ? "file" : "files") into \(directory)", .success)
        return ExitStatus.done
    }
}
