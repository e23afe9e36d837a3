/// Help on what is not about one command: `stack help exit-codes`, `stack help selecting`.
enum HelpTopic: String, CaseIterable {
    case exitCodes = "exit-codes"
    case environment
    case selecting

    /// Nil when the command line asks for something else.
    init?(arguments: [String]) {
        guard arguments.count == 2, arguments[0] == "help" else { return nil }
        self.init(rawValue: arguments[1])
    }

    var text: String {
        let rows: [(String, String)] =
            switch self {
            case .exitCodes: ExitStatus.explanations.map { ("\($0.code)", $0.meaning) }
            case .environment: environmentVariables
            case .selecting: selections
            }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, meaning in "\(name.padded(to: width + 2))\(meaning)\n" }.joined()
    }
}

/// What of the environment this program itself reads, and what for.
private let environmentVariables = [
    ("STACK_DATA_DIR", "where the database, workspaces and caches are; default: .stack"),
    ("STACK_DATABASE_URL", "a shared PostgreSQL instead of the database there: postgres://…"),
    ("STACK_ENCRYPTION_KEY", "the sealing key, 32 bytes in base64, instead of a key file"),
    ("STACK_RUN_ID", "set by stack in all that a run starts; not read"),
    ("PATH", "where terraform, tofu, git and the programs of `fromCommand` are"),
    ("TF_CLI_CONFIG_FILE", "Terraform's own settings, handed on to it"),
    ("USER, LOGNAME", "who a run's record names"),
    ("XDG_CACHE_HOME, HOME", "below which `stack gateway` keeps what it knows of providers"),
    ("NO_COLOR", "when not empty: no colours"),
    ("TERM", "when `dumb`: no colours, no redrawing"),
    ("CI", "when set, not to `false` or `0`: one line for each change, no redrawing"),
    ("COLUMNS", "the width of the terminal"),
]

/// How the flags that select stacks work together.
private let selections = [
    ("NAME…", "these stacks; a pattern (`*`, `?`, `[a-c]`) takes all whose names fit"),
    ("--all", "every stack"),
    ("-l SELECTOR", "only those whose labels match"),
    ("--drifted", "only those that the last check found drifted"),
    ("--failed, --resume", "only what the last such command has left"),
    ("--changed", "only those that a change can reach: definition, template, module, lock"),
    ("--base REF", "compares with this tag or commit, or with where this branch was left"),
    ("", "default: where origin/HEAD was left, else main or master"),
    ("--with-dependencies", "then also all that those need"),
    ("--with-dependents", "then also all that need those"),
    ("--exclude NAME", "without these, whatever selects them; takes patterns"),
    ("", "A stack is taken when names, labels and changes all take it."),
]
