import Definitions
import Diagnostics
import Files
import FoundationEssentials
import Records
import Reports
import Runs
import StackGraph
import Synchronization
import SystemPackage

/// Notes what a command does with its stacks, and writes it down when it ends, however it ends.
final class RunReporter: Sendable {
    private let files: [ReportFile]
    private let operation: RunReport.Operation
    private let start = Date()
    /// Nil until it is known which stacks the command is about: what went wrong before is no matter of theirs.
    private let notes = Mutex<Notes?>(nil)

    private struct Notes {
        let names: [String]
        var stacks: [String: StackNotes]
    }

    init(_ files: [ReportFile], of operation: RunReport.Operation) {
        self.files = files
        self.operation = operation
    }

    /// Begins to note what comes of these stacks, which are reported in this order.
    func begin(_ stacks: [StackDefinition], in graph: StackGraph) {
        let names = stacks.map(\.name.value)
        let waiting = names.map { name in
            let needed = Set(graph.dependencies(of: name).map(\.dependency))
            return (name, StackNotes(name, dependencies: needed.sorted()))
        }
        notes.withLock { $0 = Notes(names: names, stacks: Dictionary(waiting) { $1 }) }
    }

    func note(_ event: RunEvent, at time: Date, stack: String, run: String) {
        change(stack) { $0.note(event, at: time, run: run) }
    }

    func note(_ event: GraphEvent) {
        switch event {
        // Those come as events of their runs.
        case .run: break
        case .retrying(let stack, _, _, _): change(stack) { $0.begin(anew: true) }
        case .skipped(let stack, let because):
            change(stack) { $0.settle(.skipped, run: nil, message: skippedText(because: because)) }
        }
    }

    /// What went wrong with a stack beside its runs.
    func note(_ problems: [Diagnostic], of stack: String) {
        change(stack) { notes in
            for problem in problems { notes.add(problem) }
        }
    }

    /// What the plans of the command have come to.
    func settle(_ planned: [PlannedStack]) {
        for stack in planned {
            if case .failed(let error) = stack.outcome { note(diagnostics(of: error), of: stack.name) }
        }
        settle(planned.map(\.graphResult))
    }

    /// What the command says of its stacks counts more than what their runs have said.
    func settle(_ results: [GraphRunRow.Stack]) {
        for stack in results {
            change(stack.name) { $0.settle(.init(stack.result), run: stack.run, message: stack.message) }
        }
    }

    /// What looks for drift have found.
    func settle(_ checked: [CheckedStack]) {
        for stack in checked {
            if let problem = stack.problem { note(diagnostics(of: problem), of: stack.name) }
            let (result, message) = stack.reported
            change(stack.name) { $0.settle(result, run: stack.run, message: message) }
        }
    }

    /// Does the work of the command and writes the reports at its end, of one that fails or is interrupted, too.
    ///
    /// - Throws: what the work throws; a `Diagnostic` when a report cannot be written.
    func written(in context: CommandContext, _ work: () async throws -> Int32) async throws -> Int32 {
        let code: Int32
        do {
            code = try await work()
        } catch {
            do {
                try write(exitCode: exitCode(of: error, in: context))
            } catch let unwritten {
                // Not in place of what is to be told of the work.
                context.report(diagnostics(of: unwritten))
            }
            throw error
        }
        try write(exitCode: code)
        return code
    }

    private func write(exitCode: Int32) throws {
        let end = Date()
        let stacks = notes.withLock { notes in
            notes.map { notes in notes.names.compactMap { notes.stacks[$0]?.report(at: end) } }
        }
        guard let stacks else { return }
        let report = RunReport(operation: operation, start: start, end: end, exitCode: exitCode, stacks: stacks)
        for file in files {
            try writeFile(
                file.format.data(report), to: file.path, permissions: [.ownerReadWrite, .groupRead, .otherRead])
        }
    }

    private func change(_ stack: String, _ body: (inout StackNotes) -> Void) {
        notes.withLock { notes in
            guard var changed = notes?.stacks[stack] else { return }
            body(&changed)
            notes?.stacks[stack] = changed
        }
    }
}
