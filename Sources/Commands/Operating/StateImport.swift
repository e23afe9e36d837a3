import ArgumentParser
import Diagnostics
import Runs

/// `stack state import`
struct StateImportCommand: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Read what exists into a stack's state.",
        discussion: """
            Examples:

              stack state import dev aws_vpc.this vpc-0a1b2c3d
              stack state import dev 'aws_subnet.this["a"]' subnet-4e5f6a7b

            Runs `terraform import` with the stack's module, variables and state: the
            object of that id is known under that address from then on, and nothing else
            changes. It brings back what a create that was cut short has left behind.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var new: NewStackOption
    @OptionGroup var waiting: StackWaitOptions

    @Argument(help: "The stack.", completion: stackNameCompletion)
    var name: String

    @Argument(help: "The address, which the module has and the state has not.")
    var address: String

    @Argument(help: "The object's id, as its provider's documentation says.")
    var id: String

    func validate() throws {
        if address.isEmpty || id.isEmpty { throw ValidationError("give an address and an id that are not empty") }
    }

    func run(in context: CommandContext) async throws -> Int32 {
        let engine = try await context.engine()
        let deadline = waiting.deadline
        let stack = try await context.unlocked(name, until: deadline, in: engine.store)
        try await context.requireKnown([name], engine.store, allowsNew: new.isAllowed)
        let view = try RunView(context: context, stacks: [name], isStream: false)
        let imported = try await view.whileShown {
            try await engine.importObject(address, id: id, into: stack, until: deadline) { event, run in
                view.show(event, stack: name, run: run)
            }
        }
        context.say(context.lines(imported.proposal))
        context.sayChanged(imported.proposal, by: imported.run)
        return ExitStatus.done
    }
}
