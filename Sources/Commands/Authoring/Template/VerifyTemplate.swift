import Archive
import ArgumentParser
import Definitions
import Diagnostics
import JSON
import Templates
import Terminal

/// `stack template verify`
struct VerifyTemplate: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Show what a bundle holds, and check it.",
        discussion: """
            Examples:

              stack template verify eks-cluster-1.0.0.tar.gz
              stack template verify eks-cluster-1.0.0.tar.gz --digest sha256:9f2c…

            The digest is that of the content, however it is compressed.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Argument(help: "The bundle, `.tar.gz` or `.tar.zst`.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("What the content has to have: sha256:…", valueName: "digest"))
    var digest: String?

    func run(in context: CommandContext) async throws -> Int32 {
        let content = TemplateContent(entries: try bundleEntries(of: try context.bundle(file)))
        if let digest, digest != content.digest {
            throw Diagnostic.error(
                "the content of `\(file)` has the digest `\(content.digest)`, and not `\(digest)`", outcome: .refused)
        }
        let definition = try checkedTemplate(in: ContentTree(content, name: file))
        let (name, version) = (definition.name.value, definition.version.description)
        let paths = content.entries.map(\.path)
        try context.write(
            [
                "name": .string(name), "version": .string(version), "digest": .string(content.digest),
                "files": .array(paths.map { .string($0) }),
            ], names: [name], format: format.output,
            lines: [
                StyledLine("name     \(name)"), StyledLine("version  \(version)"),
                StyledLine("digest   \(content.digest)"), StyledLine("files    \(paths.count)"),
            ] + paths.map { StyledLine("  \($0)") })
        return ExitStatus.done
    }
}
