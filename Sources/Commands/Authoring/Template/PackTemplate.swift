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

              stack template pack templates/sandbox-cluster
              stack template pack templates/eks-cluster/1.1.0 -o /tmp/eks-cluster.tar.gz

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
        try context.requireFolder()
        let folder = try context.path(directory)
        guard isFolder(folder) else { throw Diagnostic.error("there is no folder `\(folder)`", outcome: .usage) }
        guard exists(folder.appending("template.yaml")) else {
            throw Diagnostic.error("`\(folder)` holds no `template.yaml`", outcome: .usage)
        }
        let tree = DirectoryTree(root: folder)
        let definition = try checkedTemplate(in: tree)
        let content = try TemplateContent(of: "", in: tree)
        let bundle = try packBundle(content.entries)
        let name = output ?? "\(definition.name.value)-\(definition.version).tar.gz"
        guard name.hasSuffix(".tar.gz") || name.hasSuffix(".tgz") else {
            throw Diagnostic.error(
                "a bundle is a `tar.gz`, and `\(name)` is called otherwise", hint: "name it `….tar.gz`",
                outcome: .usage)
        }
        try writeFile(
            bundle, to: try context.path(name), permissions: [.ownerReadWrite, .groupRead, .otherRead])
        context.say("Packed \(definition.name.value) \(definition.version) into \(name)", .success)
        try context.output.write(content.digest + "\n")
        return ExitStatus.done
    }
}
