import ArgumentParser

/// How a list or a result is written to standard output.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
    case yaml
    case name
}

/// The flags that mean the same everywhere.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: .customShort("C"), help: ArgumentHelp("Start in this folder.", valueName: "dir"), completion: .directory)
    var folder: String?

    @Flag(name: .customLong("no-color"), help: "Write no colours (so does NO_COLOR).")
    var isColorless = false

    @Flag(name: .customLong("no-input"), help: "Ask nothing; refuse what would have to be asked.")
    var isWithoutInput = false

    @Flag(name: .shortAndLong, help: "Write results and errors only.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Write more about what is done.")
    var verbose = false

    func validate() throws {
        if let problem = folder.flatMap(pathProblem) { throw ValidationError("`-C`: \(problem)") }
    }
}

/// The format of commands that print lists or single things.
struct FormatOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "Output format: table, json, yaml or name.")
    var output: OutputFormat = .table
}
