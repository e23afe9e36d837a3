import Definitions
import Diagnostics
import Records
import Runs
import Terminal

extension CommandContext {
    /// Ends the runs of these stacks whose processes have died, and says what came of it. Every command that runs
    /// something starts with this.
    ///
    /// - Parameter deadline: until when what a dead apply has started is waited for; nil waits for its end.
    func recover(
        _ store: ProjectStore, stacks: [StackDefinition], until deadline: ContinuousClock.Instant?
    ) async throws {
        let result = try await store.recover(stacks: Set(stacks.map(\.name.value)), until: deadline) {
            run, processes in
            sayWaiting(run, processes)
        }
        show(result.recovered)
        report(try await store.takeInForgottenApplies(to: Set(stacks.map(\.name.value)), program: stackVersion))
    }

    func sayWaiting(_ run: RunRow, _ processes: [Int32]) {
        let list = processes.map(String.init).joined(separator: ", ")
        output.message(
            "The process of run \(run.id) has died, but what it started still works (pid \(list)); waiting for its end",
            .warning)
    }

    /// Says in words what was recovered.
    func show(_ recovered: [RecoveredRun]) {
        for run in recovered {
            guard run.wasApplying else {
                let work =
                    switch run.run.operation {
                    case .import: "imported"
                    case .drift: "looked for drift"
                    case .apply, .destroy, .refresh, .push, .rollback: "planned"
                    }
                say("Run \(run.run.id) of `\(run.stack)` had died while it \(work); nothing was changed.", .warning)
                continue
            }
            let how = run.hasSucceeded ? "Terraform went on to its end; its state" : "Its state"
            output.message(
                "Run \(run.run.id) of `\(run.stack)` had died while it applied. \(how) was recovered: "
                    + "\(run.resources) resources\(run.unknown.isEmpty ? "" : ", \(run.unknown.count) unknown").",
                .warning)
            report(run.problems + run.unknown.diagnostics(of: run.stack))
        }
    }

    /// The stacks that a command is about.
    ///
    /// - Returns: none, where only what has changed is wanted and nothing has, which is said.
    /// - Throws: a `Diagnostic` for a name that is no stack's; one whose definition is gone and whose resources are not is
    ///   told from a mistyped one.
    func selected(
        _ choice: OptionalStackSelection, _ store: ProjectStore, and others: [SelectionSource] = []
    ) async throws -> [StackDefinition] {
        let orphans = try await store.orphans()
        if let orphan = orphans.first(where: { choice.names.contains($0.name) }) {
            throw Diagnostic.error(
                "the stack `\(orphan.name)` is no longer defined, but its state holds \(orphan.resourcesText)",
                hint: "Bring its definition back, under this name, to plan, apply or destroy it", outcome: .usage)
        }
        let stacks = try await select(choice, in: store.project, store.root, and: others).stacks
        // Whoever renames a stack is about to make everything of it a second time.
        var isAbout = choice.all || choice.changed
        for stack in stacks where !isAbout { isAbout = try await store.identify(stack.name.value).isNew }
        if isAbout { report(orphans.map(\.warning)) }
        return stacks
    }

    /// A stack that was never applied is allowed only on purpose: a fresh clone, or a CI job with a database of its own,
    /// would make everything a second time.
    ///
    /// - Throws: a `Diagnostic` with the outcome `refused`.
    func requireKnown(_ stacks: [String], _ store: ProjectStore, allowsNew: Bool) async throws {
        guard !allowsNew else { return }
        var new: [String] = []
        for stack in stacks where try await store.identify(stack).isNew { new.append(stack) }
        guard !new.isEmpty else { return }
        let names = new.map { "`\($0)`" }.joined(separator: ", ")
        let place = store.records.home.server ?? "\(store.dataFolder)/stack.db on \(hostName())"
        let prompt =
            "\(names) \(new.count == 1 ? "is" : "are") new. The state will be kept in \(place). Go on? Only `yes` is accepted:"
        guard try await ask(prompt, whenCanceled: "Nothing was changed.") != .text("yes") else { return }
        throw Diagnostic.error(
            "\(names) \(new.count == 1 ? "was" : "were") never applied here: `stack.lock` does not say where the state is kept",
            hint: "Give `--new` to keep it in \(place); if it was applied elsewhere, commit that `stack.lock`",
            outcome: .refused)
    }

    /// The same for stacks that are defined.
    func requireKnown(_ stacks: [StackDefinition], _ store: ProjectStore, allowsNew: Bool) async throws {
        try await requireKnown(stacks.map(\.name.value), store, allowsNew: allowsNew)
    }
}

extension ExitStatus {
    /// The exit code for a stack that could not be planned.
    static func code(ofFailed stack: PlannedStack) -> Int32 {
        switch stack.outcome {
        case .failed(let error): code(for: diagnostics(of: error))
        case .planned(let plan): plan.status == .failed ? failed : done
        // What it waits for has a code of its own.
        case .skipped: done
        }
    }
}

extension OrphanedStack {
    var warning: Diagnostic {
        .warning(
            "the stack `\(name)` is no longer defined, but its state holds \(resourcesText)",
            hint: "If it was renamed, give it its name back: under another one everything is made a second time")
    }
}
