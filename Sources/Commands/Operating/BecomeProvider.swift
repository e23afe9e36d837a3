import ArgumentParser
import ChildProcess
import SystemPackage

/// `stack become-provider`, which nobody types: a provider that the gateway has started, just before it is one.
struct BecomeProvider: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "become-provider", abstract: "Become a provider that dies with its gateway.", shouldDisplay: false)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The gateway's process.")
    var parent: Int32

    @Argument(help: "The folder to work in.")
    var workingFolder: String

    @Argument(help: "The provider.")
    var program: String

    func run(in context: CommandContext) async throws -> Int32 {
        throw becomeBoundChild(FilePath(program), of: parent, in: FilePath(workingFolder))
    }
}
