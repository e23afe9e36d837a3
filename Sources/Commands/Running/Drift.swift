import ArgumentParser
import Diagnostics
import Reports
import Runs

/// `stack drift`
struct FindDrift: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Find what was changed outside of Terraform.",
        discussion: """
            Examples:

              stack drift dev
              stack drift --all -o json
              stack drift -l env=prod --watch 15m

            Reads what is really there, and compares it with the state. Nothing is
            changed, no lock is taken, no plan is kept. What is found is recorded:
            `stack list` and `stack clusters` show it until the stack is applied.

            Exits with 2 when something has drifted, with 1 when a stack could not be
            looked at. A watch goes on until it is interrupted.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var selection: StackSelection
    @OptionGroup var format: FormatOptions
    @OptionGroup var options: DriftOptions
    @OptionGroup var reports: ReportOptions

    @Option(
        help: ArgumentHelp(
            "Look again and again, this long from start to start: 15m, 1h; tell what changes.", valueName: "time"))
    var watch: TimeSpan?

    func validate() throws {
        if format.output != .table, options.jsonStream || watch != nil {
            throw ValidationError("give `-o` without `--json-stream` and `--watch`; a watch takes `--json-stream`")
        }
        if watch != nil, !reports.report.isEmpty {
            throw ValidationError("a watch has no end to report; give `--report` without `--watch`")
        }
        if watch?.seconds == 0 { throw ValidationError("`--watch` takes a time from 1s") }
    }

    func run(in context: CommandContext) async throws -> Int32 {
        if let watch { return try await keepLooking(every: watch.duration, context) }
        let reporter = RunReporter(try reports.files(in: context), of: .drift)
        return try await reporter.written(in: context) {
            var round = DriftRound(context: context, options: options, reporter: reporter)
            let checked = try await round.look(at: selection)
            reporter.settle(checked)
            try context.show(checked, format.output, isStream: options.jsonStream)
            return ExitStatus.worst(of: checked.map(\.exitCode))
        }
    }

    private func keepLooking(every interval: Duration, _ context: CommandContext) async throws -> Int32 {
        var round = DriftRound(context: context, options: options)
        var changes = DriftChanges()
        try await inRounds(every: interval, by: ContinuousClock()) { number in
            let checked: [CheckedStack]
            do {
                checked = try await round.look(at: selection)
            } catch  where number > 1 && !Task.isCancelled {
                // A definition with a mistake, a database that is away: it may be another matter the next time.
                return context.report(diagnostics(of: error))
            }
            if number == 1 || options.jsonStream { try context.show(checked, .table, isStream: options.jsonStream) }
            for stack in checked {
                let change = stack.outcome.flatMap { changes.note($0, of: stack.name) }
                if let change, number > 1, !options.jsonStream { try context.tell(change) }
            }
            round.isSilent = true
        }
    }
}

/// How it is looked for drift.
struct DriftOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many stacks at once; default: the number of cores.", valueName: "n"))
    var parallelism: Int?

    @Flag(
        name: .customLong("no-provider-gateway"),
        help: "Let Terraform start its providers itself: slower.")
    var isWithoutGateway = false

    @Flag(help: "Write one JSON object a line to standard output instead of text.")
    var jsonStream = false

    func validate() throws {
        if let parallelism, parallelism < 1 { throw ValidationError("`--parallelism` takes a number from 1") }
    }
}
