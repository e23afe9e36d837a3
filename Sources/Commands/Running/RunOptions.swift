import ArgumentParser
import Plans
import Runs
import StackGraph

/// What can be asked of the plans of one command.
struct PlanOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only this resource and what it needs; may be repeated.", valueName: "address"))
    var target: [String] = []

    @Option(help: ArgumentHelp("Make this resource anew; may be repeated.", valueName: "address"))
    var replace: [String] = []

    @Flag(help: "Take what changed outside into the state, and change nothing.")
    var refreshOnly = false

    @Option(help: ArgumentHelp("`--refresh=false` plans from the state alone.", valueName: "true|false"))
    var refresh: Bool?

    @Option(
        help: ArgumentHelp(
            "Wait this long for a stack that another run holds: 30s, 10m; default: not at all, but for what a dead run has "
                + "left at work.",
            valueName: "time"))
    var lockTimeout: TimeSpan?

    @Option(help: ArgumentHelp("How many stacks at once; default: the number of cores.", valueName: "n"))
    var parallelism: Int?

    @OptionGroup var failure: FailureOptions

    @Flag(
        name: .customLong("no-provider-gateway"),
        help: "Let Terraform start its providers itself: slower, and an interrupt can lose what is being made.")
    var isWithoutGateway = false

    @OptionGroup var reports: ReportOptions

    @Flag(help: "Write one JSON object a line to standard output instead of text.")
    var jsonStream = false

    func validate() throws {
        if let parallelism, parallelism < 1 { throw ValidationError("`--parallelism` takes a number from 1") }
    }

    /// What kind of command about several stacks it is: another one of the same kind goes on with it.
    func operation(_ mode: PlanMode) -> String {
        if mode == .destroy { return "destroy" }
        let flags =
            (refreshOnly ? ["--refresh-only"] : []) + target.map { "--target \($0)" }
            + replace.map { "--replace \($0)" }
        return (["apply"] + flags).joined(separator: " ")
    }

    /// Whether they ask for another plan than the ordinary one.
    var changesPlan: Bool { !target.isEmpty || !replace.isEmpty || refreshOnly || refresh != nil }

    var patience: Duration { lockTimeout?.duration ?? .zero }

    /// Until when what a dead run has started is waited for; to its end where nothing is said.
    var recoveryDeadline: ContinuousClock.Instant? { lockTimeout.map { .now + $0.duration } }

    func request(_ mode: PlanMode, isForApply: Bool = false) -> PlanRequest {
        PlanRequest(
            mode: refreshOnly ? .refreshOnly : mode, targets: target, replacements: replace, refresh: refresh,
            lockTimeout: patience, isForApply: isForApply, usesGateway: !isWithoutGateway)
    }
}

/// What becomes of the other stacks when one fails.
struct FailureOptions: ParsableArguments {
    @Flag(help: "Begin nothing more once a stack has failed; default: those that need it are skipped.")
    var failFast = false

    @Flag(help: "Go on also with stacks that need one that has failed.")
    var continueOnError = false

    var policy: Schedule.FailurePolicy {
        failFast ? .stop : continueOnError ? .goOn : .skipWaiting
    }

    func validate() throws {
        if failFast, continueOnError {
            throw ValidationError("give `--fail-fast` or `--continue-on-error`, not both")
        }
    }
}

/// How plans are applied.
struct ApplyOptions: ParsableArguments {
    @Flag(help: "Apply without asking; does not stand in for an approval or `protect`.")
    var autoApprove = false

    @OptionGroup var new: NewStackOption

    @Option(
        name: .customLong("allow-destroy"),
        help: ArgumentHelp("Let a protected stack lose this resource; may be repeated.", valueName: "address"))
    var allowedAddresses: [String] = []

    @Option(
        help: ArgumentHelp(
            "After an interrupt, wait this long for what is being made before the providers are stopped.",
            valueName: "time"
        ))
    var stopTimeout = TimeSpan(seconds: 600)

    var allowsNew: Bool { new.isAllowed }

    func execution(_ options: PlanOptions) -> ExecutionOptions {
        ExecutionOptions(
            lockTimeout: options.patience, allowedAddresses: Set(allowedAddresses),
            usesGateway: !options.isWithoutGateway, stopTimeout: stopTimeout.duration)
    }
}

/// Whether the first state of a stack may be kept here.
struct NewStackOption: ParsableArguments {
    @Flag(name: .customLong("new"), help: "Allow stacks that were never applied, without a question.")
    var isAllowed = false
}

/// A length of time as people write it: `90s`, `10m`, `2h`, `7d`, or a number of seconds.
struct TimeSpan: ExpressibleByArgument, Hashable {
    let seconds: Int

    private static let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86400]

    init(seconds: Int) { self.seconds = seconds }

    init?(argument: String) {
        let units = Self.units
        let unit = argument.last.flatMap { units[$0] }
        guard let number = Int(unit == nil ? argument[...] : argument.dropLast()), number >= 0 else { return nil }
        seconds = number * (unit ?? 1)
    }

    var duration: Duration { .seconds(seconds) }
    var defaultValueDescription: String {
        let unit = Self.units.filter { seconds.isMultiple(of: $0.value) && seconds > 0 }.max { $0.value < $1.value }
        return unit.map { "\(seconds / $0.value)\($0.key)" } ?? "\(seconds)s"
    }
}
