import ArgumentParser
import ChildProcess
import FoundationEssentials
import ProviderGateway
import SystemPackage

/// `stack gateway`
struct ThroughGateway: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: GatewayCommand.name,
        abstract: "Run terraform with its providers behind a cache.",
        discussion: """
            Examples:

              stack gateway -- terraform plan
              stack gateway -- terraform -chdir=network apply
              stack gateway --stop-timeout 10m -- terraform apply

            Works in any folder that `terraform init` has prepared; it needs no
            project. What is being made when Ctrl-C is pressed comes to its end; a
            second Ctrl-C stops it. The exit code is Terraform's.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(
        help: ArgumentHelp("After Ctrl-C, wait this long for what is being made.", valueName: "time"))
    var stopTimeout: TimeSpan?

    @Flag(help: "Tell Terraform of all resource types, not only of those named here.")
    var wholeSchema = false

    /// For the program itself, which starts gateways for its runs.
    @Option(help: .hidden)
    var cache: String?

    @Option(help: .hidden)
    var messages = MessageForm.text

    @Flag(help: .hidden)
    var interruptOnce = false

    @Option(help: .hidden)
    var thenShow: String?

    @Option(help: .hidden)
    var into: String?

    enum MessageForm: String, ExpressibleByArgument { case text, json }

    @Argument(parsing: .postTerminator, help: ArgumentHelp("What to run, behind `--`.", valueName: "command"))
    var command: [String]

    func run(in context: CommandContext) async throws -> Int32 {
        try context.requireFolder()
        var options = GatewayOptions(
            environment: context.environment, folder: context.folder, isCurrentFolder: global.folder == nil)
        options.interruptsOnce = interruptOnce
        options.cache = cache.map { context.folder.pushing(FilePath($0)) }
        options.isWholeSchema = wholeSchema
        options.stopTimeout = stopTimeout?.duration
        if let thenShow, let into { options.shownPlan = ShownPlan(plan: thenShow, output: FilePath(into)) }
        let gateway = try await Gateway(for: command, options) { [messages] problem in
            switch messages {
            case .text: context.report([problem])
            case .json: writeError(line: try? GatewayMessage(problem).line)
            }
        }
        let end = try await context.signals.handled { signals in
            // SIGTERM and SIGHUP as well: whoever sends them wants it to end in order.
            try await gateway.run(interrupts: signals.map { _ in })
        }
        if messages == .text, end.exit == .exited(1), end.hasCutSchema { context.report([.cutSchemaMayBeTheReason]) }
        return end.exit.adopted()
    }
}
