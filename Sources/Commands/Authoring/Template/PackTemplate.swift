import Archive
import ArgumentParser
import Definitions
import Diagnostics
import Files
import SourceTree
import SystemPackage
import Templates
import Terminal

/// `stack template pack`
struct PackTemplate: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack", abstract: "Pack a template's folder into a bundle.",
        discussion: """
            Examples:

              stack template pack templates/eks-cluster
              stack template pack templates/eks-cluster -o /tmp/eks-cluster.tar.gz

            The same content gives the same bytes. What `terraform init` brings, states and
            backups of editors stay out; `.terraform.lock.hcl` goes in.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The folder, with a `template.yaml` in it.", completion: .directory)
    var directory: String

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The bundle; default: NAME-VERSION.tar.gz, here.", valueName: "file"),
        completion: .file(extensions: ["tar.gz"]))
    var output: String?

    func run(in context: CommandContext) async throws -> Int32 {
        let tree = DirectoryTree(root: try context.path(directory))
        let definition = try checkedTemplate(in: tree)
        let content = try TemplateContent(of: "", in: tree)
        let bundle = try packBundle(content.entries)
        let name = output ?? "\(definition.name.value)-\(definition.version).tar.gz"
        try writeFile(
            bundle, to: try context.path(name), permissions: [.ownerReadWrite, .groupRead, .otherRead])
        context.say("Packed \(definition.name.value) \(definition.version) into \(name)", .success)
        try context.output.write(content.digest + "\n")
        return ExitStatus.done
    }
}
