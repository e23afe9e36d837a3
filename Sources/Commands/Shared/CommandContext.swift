import Definitions
import Diagnostics
import FoundationEssentials
import Records
import Runs
import SourceTree
import StateStore
import SystemPackage
import Templates
import Terminal

/// What a command works with; everything from outside comes in here, so that a command can be run in a test.
struct CommandContext: Sendable {
    let environment: [String: String]
    let output: Output
    let signals: Signals
    let states: StateStoreMaker
    /// Where the command was called, or what `-C` names.
    let folder: FilePath
    let isQuiet: Bool
    let isVerbose: Bool

    init(
        global: GlobalOptions, environment: [String: String], signals: Signals,
        states: @escaping StateStoreMaker
    ) {
        self.environment = environment
        self.signals = signals
        self.states = states
        output = Output(
            options: TerminalOptions(
                environment: environment, streams: .detected(), color: global.isColorless ? .never : .automatic,
                acceptsInput: !global.isWithoutInput))
        let current = FilePath(FileManager.default.currentDirectoryPath)
        folder = global.folder.map { current.pushing(FilePath($0)).lexicallyNormalized() } ?? current
        isQuiet = global.quiet
        isVerbose = global.verbose
    }

    /// A path that the command line names, from where the command was called.
    ///
    /// - Throws: a `Diagnostic` for what can be no path.
    func path(_ argument: String) throws -> FilePath {
        if let problem = pathProblem(argument) { throw Diagnostic.error(problem, outcome: .usage) }
        return folder.pushing(FilePath(argument))
    }

    /// Messages for people; nothing with `-q`.
    func say(_ text: String, _ style: TextStyle = .plain) {
        if !isQuiet { output.message(text, style) }
    }

    func say(_ lines: [StyledLine]) {
        if !isQuiet { output.message(lines) }
    }

    /// Asks something. Whoever ends the command with Ctrl-C instead of answering is told what that means.
    ///
    /// - Throws: as `Question.ask`.
    func ask(_ prompt: String, whenCanceled: String) async throws -> Question.Answer {
        do {
            return try await Question(output: output).ask(prompt)
        } catch let error as CancellationError {
            say(whenCanceled, .warning)
            throw error
        }
    }

    /// Asks for a "yes" to what is about to be changed by hand.
    ///
    /// - Parameter unchanged: what any other answer means: "nothing was replaced".
    /// - Throws: a `Diagnostic` with the outcome `refused` when there is nobody to ask.
    func agrees(_ question: String, else unchanged: String) async throws -> Bool {
        let consequence = unchanged.prefix(1).uppercased() + unchanged.dropFirst() + "."
        switch try await ask("\(question) Only `yes` is accepted:", whenCanceled: consequence) {
        case .text("yes"): return true
        case .text, .endOfInput:
            say(consequence, .warning)
            return false
        case .nobody:
            throw Diagnostic.error(
                "there is no terminal to ask on; \(unchanged)", hint: "Give `--auto-approve`", outcome: .refused)
        }
    }

    /// - Parameter stack: whose problems they are, where those of several are told one after the other.
    func report(_ diagnostics: [Diagnostic], of stack: String? = nil) {
        guard !diagnostics.isEmpty else { return }
        let heading = stack.map { [stackHeading($0)] } ?? []
        output.message(
            heading + DiagnosticRenderer(width: output.messageWindow.columns).lines(DiagnosticList(diagnostics)))
    }

    /// - Throws: a `Diagnostic` when `-C` names no folder.
    func requireFolder() throws {
        guard isFolder(folder) else {
            throw Diagnostic.error(
                "there is no folder `\(folder)`", hint: "`-C` names the folder to start in", outcome: .usage)
        }
    }

    /// The project around the folder, with whatever is wrong in it.
    ///
    /// - Throws: a `Diagnostic` when there is none.
    func loadedProject() throws -> (root: FilePath, loaded: LoadedProject) {
        // A mistyped folder must not lead to the project above it.
        try requireFolder()
        guard let root = findProjectRoot(from: folder) else {
            throw Diagnostic.error(
                "there is no project here: neither `\(folder)` nor a folder above it has a `stack.yaml` or a `stacks/`",
                hint: "`stack init` makes one; `-C DIR` starts elsewhere", outcome: .usage)
        }
        return (root, TemplateStore.load(tree(root), pins: pins(root)))
    }

    /// The project with all of its templates, when nothing in it is wrong.
    ///
    /// - Parameter fetching: false does with what is here, and without the network.
    /// - Throws: a `DiagnosticList` with every mistake in every definition, or every template that cannot be brought.
    func project(fetching: Bool = true) async throws -> (root: FilePath, project: Project) {
        guard fetching else {
            let (root, loaded) = try loadedProject()
            return (root, try sound(loaded))
        }
        let (root, project, fresh) = try await unpinnedProject()
        try await pin(fresh, root)
        return (root, project)
    }

    private func unpinnedProject() async throws -> (root: FilePath, project: Project, fresh: [TemplatePin]) {
        let (root, loaded, fresh, problems) = try await fetchedProject()
        guard problems.isEmpty else { throw DiagnosticList(problems) }
        return (root, try sound(loaded), fresh)
    }

    private func sound(_ loaded: LoadedProject) throws(DiagnosticList) -> Project {
        let errors = loaded.diagnostics.filter { $0.severity == .error } + loaded.circles
        guard errors.isEmpty else { throw DiagnosticList(errors).sorted() }
        return loaded.project
    }

    /// The project as far as it can be understood, and what is kept of it: a mistake in a stack's definition is no reason
    /// not to follow a run, to stop it or to look at a state.
    ///
    /// - Throws: a `DiagnosticList` with the mistakes in `stack.yaml`, which says where things are kept.
    func store() async throws -> ProjectStore {
        let (root, loaded) = try loadedProject()
        let errors = loaded.diagnostics.filter { $0.severity == .error && $0.location?.file == "stack.yaml" }
        guard errors.isEmpty else { throw DiagnosticList(errors) }
        return try await ProjectStore.open(
            project: loaded.project, root: root, environment: environment, states: states)
    }

    /// The project, when nothing in it is wrong, and what is kept of it: for whoever changes a state, since a mistake must
    /// not take its protection from a stack.
    ///
    /// - Throws: a `DiagnosticList` with every mistake in every definition.
    func soundStore() async throws -> ProjectStore {
        let (root, project, fresh) = try await unpinnedProject()
        let store = try await ProjectStore.open(
            project: project, root: root, environment: environment, states: states)
        // Not before: `stack.lock` is made with the project's identity and key.
        try await pin(fresh, root)
        return store
    }

    /// The project, when nothing in it is wrong, what is kept of it, and the Terraform to run.
    func engine() async throws -> Engine {
        let store = try await soundStore()
        return try await Engine(store: store, tree: tree(store.root), programVersion: stackVersion)
    }
}

/// Why a text can be no path on this system; nil when it can.
func pathProblem(_ text: String) -> String? {
    // Linux' PATH_MAX counts the NUL at the end.
    switch text.utf8.count {
    case 0: "an empty path names nothing"
    case 1..<4096: nil
    case let count: "a path of \(count) bytes is too long"
    }
}

/// Whether a folder is there, or a link to one.
func isFolder(_ path: FilePath) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder) && isFolder
}

/// What stands above the plan of a stack, or its problems, where there are several.
func stackHeading(_ name: String) -> StyledLine { StyledLine("── \(name)", .strong) }

/// The version of this program.
let stackVersion = "0.1.0"
