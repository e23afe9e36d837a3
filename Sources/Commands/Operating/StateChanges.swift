import ArgumentParser
import Diagnostics
import FoundationEssentials
import Plans
import Records
import Runs
import StateStore
import SystemPackage
import Terminal

/// `stack state push`
struct StatePush: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Put a state file into the place of a stack's state.",
        discussion: """
            Examples:

              stack state pull dev | jq '.serial += 1 | .outputs = {}' > dev.tfstate
              stack state push dev dev.tfstate
              stack state push dev - --auto-approve < dev.tfstate

            The file must have the stack's lineage and a higher serial, as with
            `terraform state push`. What changes is shown by address, and asked about; with
            `-` nobody can be asked, since standard input is the state. The state before it
            stays: `stack state rollback` goes back to it.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var change: StateChangeOptions

    @Argument(help: "The stack.", completion: stackNameCompletion)
    var name: String

    @Argument(help: "The state file; `-` reads standard input.", completion: .file())
    var file: String

    @Flag(help: "Take another lineage or an older serial; it is recorded.")
    var force = false

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.soundStore()
        let stack = try await context.unlocked(name, until: change.waiting.deadline, in: store)
        let proposal = try await store.proposePush(of: try await contents(context), to: stack, force: force)
        return try await context.carryOut(proposal, change, in: store)
    }

    private func contents(_ context: CommandContext) async throws -> Data {
        do {
            if file == "-" { return Data(try await InputReader().readToEnd()) }
            // It may be a pipe that nobody writes into.
            let descriptor = try FileDescriptor.open(
                context.path(file), .readOnly, options: [.nonBlocking, .closeOnExec])
            defer { try? descriptor.close() }
            return Data(try await InputReader(descriptor).readToEnd())
        } catch let error as Errno {
            throw Diagnostic.error("the file `\(file)` cannot be read: \(error.description)", outcome: .usage)
        }
    }
}

/// `stack state rollback`
struct StateRollback: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Go back to an earlier version of a stack's state.",
        discussion: """
            Examples:

              stack state versions dev
              stack state rollback dev 3

            The earlier version becomes a new one, with the next serial; nothing is lost.
            Only what Terraform knows goes back, not what it has made: the next plan shows
            the difference.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var change: StateChangeOptions

    @Argument(help: "The stack.", completion: stackNameCompletion)
    var name: String

    @Argument(help: "The version; `stack state versions` lists them.")
    var sequence: Int

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.soundStore()
        let stack = try await context.unlocked(name, until: change.waiting.deadline, in: store)
        let proposal = try await store.proposeRollback(of: stack, to: sequence)
        return try await context.carryOut(proposal, change, in: store)
    }
}

/// What goes with every change of a state by hand.
struct StateChangeOptions: ParsableArguments {
    @Flag(help: "Change it without asking.")
    var autoApprove = false

    @Option(
        name: .customLong("allow-destroy"),
        help: ArgumentHelp("Let a protected stack forget this resource; may be repeated.", valueName: "address"))
    var allowedAddresses: [String] = []

    @OptionGroup var new: NewStackOption
    @OptionGroup var waiting: StackWaitOptions
}

/// How long a command that takes no lock waits for one.
struct StackWaitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Wait this long for a stack that another run holds: 30s, 10m; default: not at all.", valueName: "time"))
    var lockTimeout: TimeSpan?

    /// Until when, where the waiting begins now.
    var deadline: ContinuousClock.Instant { .now + (lockTimeout?.duration ?? .zero) }
}

extension CommandContext {
    /// The stack whose state is to be changed, once nobody holds its lock. What has died is recovered first: its state is
    /// the one to change.
    func unlocked(
        _ name: String, until deadline: ContinuousClock.Instant, in store: ProjectStore
    ) async throws -> StackRow {
        let stack = try await store.existing(name)
        func recover() async throws { show(try await store.recover(stacks: [name], until: .now).recovered) }
        try await recover()
        report(try await store.takeInForgottenApplies(to: [name], program: stackVersion))
        try await store.states.waitUntilUnlocked(stack, timeout: deadline - .now) {
            holder, isFirst in
            if isFirst {
                output.message("Waiting for the lock of `\(name)`: run \(holder.run), \(holder.owner.name)", .warning)
            }
            // A holder that dies meanwhile never gives its lock back by itself.
            try await recover()
        }
        return stack
    }

    /// Shows a change of a state, asks, and makes it.
    fileprivate func carryOut(
        _ proposal: StateProposal?, _ options: StateChangeOptions, in store: ProjectStore
    ) async throws -> Int32 {
        guard let proposal else {
            say("Nothing to change: the stack has this state.", .success)
            return ExitStatus.done
        }
        try await requireKnown([proposal.stack.name], store, allowsNew: options.new.isAllowed)
        // What is asked about is seen, even where only results and errors are wanted.
        if options.autoApprove { say(lines(proposal)) } else { output.message(lines(proposal)) }
        let question = "Make this the state of `\(proposal.stack.name)`?"
        if !options.autoApprove {
            guard try await agrees(question, else: "nothing was changed") else { return ExitStatus.refused }
        }
        let run = try await store.carryOut(
            proposal, program: stackVersion, allowed: Set(options.allowedAddresses))
        sayChanged(proposal, by: run)
        return ExitStatus.done
    }

    func sayChanged(_ proposal: StateProposal, by run: String) {
        say("Changed by run \(run). See what Terraform makes of it: stack plan \(proposal.stack.name)", .success)
    }

    func lines(_ proposal: StateProposal) -> [StyledLine] {
        let difference = proposal.difference
        let addresses =
            difference.added.map { StyledLine("  + \($0)", .success) }
            + difference.changed.map { StyledLine("  ~ \($0)", .warning) }
            + difference.removed.map { StyledLine("  - \($0)", .error) }
        let serials = "serial \(proposal.base.serial) → \(proposal.version.serial)"
        return (addresses.isEmpty ? [StyledLine("  no resource differs")] : addresses) + [
            StyledLine(
                "\(difference.added.count) to be known, \(difference.changed.count) changed, "
                    + "\(difference.removed.count) to be forgotten (\(serials)).", .strong)
        ]
    }
}
