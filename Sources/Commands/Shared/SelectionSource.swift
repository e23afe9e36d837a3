import Definitions
import Diagnostics
import StackGraph

/// One of the things that select stacks: names, labels, a change. A stack is taken when each that is given takes it.
struct SelectionSource {
    /// As it was given: `` `env=prod` ``.
    let text: String
    let stacks: Set<String>
    /// Whether it is well that it selects nothing, as when nothing has changed. A label that no stack has is misspelt.
    let mayBeEmpty: Bool

    init(_ text: String, _ stacks: some Sequence<String>, mayBeEmpty: Bool = false) {
        self.text = text
        self.stacks = Set(stacks)
        self.mayBeEmpty = mayBeEmpty
    }
}

extension OptionalStackSelection {
    /// What the definitions alone can tell.
    ///
    /// - Throws: a `Diagnostic` for a name that is no stack's, and for a bad selector or pattern.
    func sources(in project: Project) throws -> [SelectionSource] {
        var sources: [SelectionSource] = []
        if !names.isEmpty {
            sources.append(SelectionSource(names.quotedNames, try names.flatMap(project.stackNames)))
        }
        for selector in selectors {
            let matcher = try labelSelector(selector)
            let stacks = project.stacks.filter { matcher.matches($0.labels) }
            sources.append(SelectionSource("`\(selector)`", stacks.map(\.name.value)))
        }
        return sources
    }

    /// The stacks that all sources take, with what is to be added and without what is excluded, by name.
    ///
    /// - Throws: a `Diagnostic` where nothing is selected and a source does not allow for that: nothing to do would look
    ///   like success, for ever, in a script with a misspelt label. A `DiagnosticList` for circles in the graph.
    func stacks(in project: Project, from sources: [SelectionSource]) throws -> [StackDefinition] {
        func isNothing(_ message: String) -> Diagnostic {
            .error(message, hint: "`stack list` shows the stacks and their labels", outcome: .usage)
        }
        for source in sources where source.stacks.isEmpty && !source.mayBeEmpty {
            throw isNothing("no stack matches \(source.text)")
        }
        let excluded = Set(try exclude.flatMap(project.stackNames))
        var chosen = Set(project.stacks.map(\.name.value))
        for source in sources { chosen.formIntersection(source.stacks) }
        let mayBeEmpty = sources.contains(where: \.mayBeEmpty)
        if chosen.isEmpty, !mayBeEmpty {
            throw isNothing(
                sources.isEmpty
                    ? "the project has no stacks"
                    : "no stack matches \(sources.map(\.text).joined(separator: " and "))")
        }
        if withDependencies || withDependents {
            let graph = try StackGraph(project.stacks)
            let seeds = chosen
            if withDependencies { chosen.formUnion(graph.withDependencies(seeds)) }
            if withDependents { chosen.formUnion(graph.withDependents(seeds)) }
        }
        if !chosen.isEmpty {
            chosen.subtract(excluded)
            if chosen.isEmpty, !mayBeEmpty { throw isNothing("`--exclude` leaves no stack") }
        }
        return project.stacks.filter { chosen.contains($0.name.value) }
    }
}

extension Project {
    /// The stack with a name, or those whose names a pattern fits.
    ///
    /// - Throws: a `Diagnostic` when there is none.
    fileprivate func stackNames(_ text: String) throws -> [String] {
        guard GlobPattern.isPattern(text), stack(named: text) == nil else {
            return [try requiredStack(named: text).name.value]
        }
        let pattern = try GlobPattern(text)
        let found = stacks.map(\.name.value).filter(pattern.matches)
        guard !found.isEmpty else {
            throw Diagnostic.error(
                "no stack matches `\(text)`", hint: "`stack list` lists the stacks", outcome: .usage)
        }
        return found
    }
}

extension [String] {
    fileprivate var quotedNames: String { map { "`\($0)`" }.joined(separator: ", ") }
}
