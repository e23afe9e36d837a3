import ChildProcess
import Definitions
import Diagnostics
import Files
import Fleet
import FoundationEssentials
import ModuleInterface
import Records
import StateStore
import SystemPackage
import Templates
import Terraform
import Workspaces

extension Engine {
    /// Does the work of a run that changes nothing outside in a workspace of its own, which is gone afterwards.
    ///
    /// - Parameters:
    ///   - patience: as in `claimWorkspace`.
    ///   - isAside: whether nobody may have to wait for this run's workspace. Then it is no longer the one whose path a
    ///     module may use.
    func inWorkspace<Value>(
        run: String, stack: StackRow, source: ModuleSource, patience: Duration, isAside: Bool = false, log: EventLog,
        _ work: (Workspace) async throws -> Value
    ) async throws -> Value {
        await log.emit(.phase(.preparing))
        let workspace = try await claimWorkspace(
            run: run, stack: stack, source: source, slot: source.usesItsPath && !isAside ? 0 : nil, isAside: isAside,
            patience: patience, log: log)
        do {
            try await records.setWorkspace(workspace.root.string, run: run)
            try await records.advance(run: run, to: .planning)
            let value = try await work(workspace)
            await remove(workspace, log: log)
            return value
        } catch {
            await remove(workspace, log: log)
            throw error
        }
    }

    /// What the run was for stands or has failed by now; what cannot be removed is removed by the next command that looks.
    func remove(_ workspace: Workspace, log: EventLog) async {
        do {
            try await workspace.remove()
        } catch {
            await log.emit(.problem(.warning("the workspace was not removed: \(firstMessage(of: error))")))
        }
    }

    /// Takes a slot for the run, waiting while the one that it needs is held.
    ///
    /// - Parameters:
    ///   - slot: the only one that will do, or nil for the first that is free.
    ///   - isAside: whether it is to be one that nobody else wants.
    ///   - patience: how long a holder is waited for that applies, or of which nobody knows whether it lives. One that
    ///     plans is waited for in any case: it is soon done.
    ///   - whileWaiting: called at each look; what it throws ends the waiting.
    /// - Throws: a `Diagnostic` with the outcome `unavailable` when the patience is over.
    func claimWorkspace(
        run: String, stack: StackRow, source: ModuleSource, slot: Int?, isAside: Bool = false, patience: Duration,
        log: EventLog, whileWaiting: () async throws -> Void = {}
    ) async throws -> Workspace {
        let slots = WorkspaceSlots(dataFolder: store.dataFolder, stack: stack.id)
        let deadline = ContinuousClock.now + patience
        var told: SlotHolder?
        while true {
            let workspace = try await slots.claim(
                run: run, only: slot, isAside: isAside, workingFolder: source.workingFolder, use: store.use)
            if let workspace { return workspace }
            try await whileWaiting()
            if let holder = try slots.holder(of: slot ?? 0) {
                if ContinuousClock.now >= deadline { try await store.requireSoonDone(holder, stack) }
                if told != holder { await log.emit(.waitingForWorkspace(holder.run)) }
                told = holder
            }
            // Whoever holds the slot may have died over an apply: its state lies there until it is recovered.
            try await store.recoverMeanwhile(stack) { await log.emit($0) }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Fills a claimed workspace: files, `.terraform`, state and variables.
    func layOut(
        _ prepared: PreparedStack, in workspace: Workspace, on base: StateVersion, run: String, log: EventLog
    ) async throws {
        try workspace.materialise(prepared.source)
        let initialiser = Initialiser(
            cacheFolder: cacheFolder, terraform: terraform,
            environment: terraformEnvironment(stack: prepared.stackEnvironment, run: run).variables)
        let madeLockFile = try await initialiser.initialise(workspace, source: prepared.source) {
            await log.emit(.phase(.initialising))
        }
        if let madeLockFile { await keep(madeLockFile, beside: prepared.source, log: log) }
        try requireTerraform(for: base)
        try await store.states.layOut(base, in: workspace.folder)
        try workspace.write(variables: prepared.variables, to: workspace.variablesFile)
    }

    /// Changes what was laid out: what others keep secret stays secret, and what nobody knows is planned as unknown.
    func layOutInputs(_ prepared: PreparedStack, in workspace: Workspace) throws {
        let declared = prepared.source.interface.variables
        let sensitive = prepared.inputs.filter { $0.isSensitive && declared[$0.variable]?.isSensitive == false }
        try workspace.makeSensitive(
            sensitive.filter { $0.origin != .pending }.map(\.variable).sorted(), in: prepared.source)
        let pending = prepared.inputs.filter { $0.origin == .pending }.map { input in
            (input.variable, input.isSensitive || declared[input.variable]?.isSensitive == true)
        }
        try workspace.makePending(Dictionary(pending) { $0 || $1 }, in: prepared.source)
    }

    /// A lock file that `init` made is put beside the module, to be committed.
    private func keep(_ lockFile: Data, beside source: ModuleSource, log: EventLog) async {
        guard !TemplateCache.holds(source.folder) else {
            await log.emit(
                .problem(
                    .warning(
                        "the template brings no `\(LockFile.fileName)`, so each run chooses its providers anew",
                        hint: "Add one to the template, in its next version")))
            return
        }
        let place = store.root.appending(FilePath(source.workingFolder).components).appending(LockFile.fileName)
        do {
            try writeFile(lockFile, to: place, permissions: [.ownerReadWrite, .groupRead, .otherRead])
            await log.emit(.problem(.warning("`\(source.workingFolder)/\(LockFile.fileName)` was made; commit it")))
        } catch {
            await log.emit(.problem(.warning("the lock file of the module was not kept: \(firstMessage(of: error))")))
        }
    }

    private func requireTerraform(for base: StateVersion) throws {
        guard let written = TerraformVersion(base.terraformVersion), written > terraform.version else { return }
        throw Diagnostic.error(
            "the state was written by Terraform \(written), and this is \(terraform.version)",
            hint: "Use Terraform \(written) or newer: an older one may not understand the state", outcome: .refused)
    }

    /// - Parameter inputs: what they are now, where that is not what was prepared.
    func binding(
        _ prepared: PreparedStack, inputs: [ResolvedInput]? = nil, stack: StackRow, base: StateVersion,
        workspace: Workspace, files: [String: String], protected: [String: String]
    ) -> PlanBinding {
        PlanBinding(
            stack: stack.id, lineage: base.lineage, serial: base.serial, stateSequence: base.sequence, files: files,
            variables: prepared.variablesDigest, environment: prepared.environmentDigest,
            inputs: bindings(of: inputs ?? prepared.inputs),
            outputs: prepared.source.interface.outputs.keys.sorted(), terraform: terraform.description,
            workspace: workspace.root.string,
            slot: workspace.slot,
            workingFolder: prepared.source.workingFolder,
            clusters: ClusterDeclaration(prepared, in: store.project),
            template: prepared.template,
            protected: protected)
    }

    func terraformEnvironment(stack: [String: String], run: String) -> TerraformEnvironment {
        TerraformEnvironment.build(
            caller: store.environment, runID: run, stack: stack,
            cliConfigFile: store.project.settings.terraform.cliConfig.map { store.root.pushing(FilePath($0)).string })
    }
}

extension ProjectStore {
    /// - Throws: a `Diagnostic` when the holder of a slot is not a plan that is being made, nor one that can be recovered.
    fileprivate func requireSoonDone(_ holder: SlotHolder, _ stack: StackRow) async throws {
        let state = try liveness(of: holder.process, workingOn: holder.run)
        guard let run = try await records.run(holder.run) else {
            if state == .gone { return }
            throw Diagnostic.error(
                "the workspace that `\(stack.name)` needs is held by run `\(holder.run)`, which this database does not know",
                hint: "If you know that it is over, remove the folder below `\(dataFolder)/workspaces/\(stack.id)`",
                outcome: .unavailable)
        }
        if state == .working, run.status.isTerminal { return try requireAboutToLeave(run, holder, stack) }
        guard let reason = state.obstacle(toEnd: run) else { return }
        // Its plan is made, or about to be applied: then it is `applying` soon.
        if state == .working, run.status != .applying { return }
        let force =
            run.status.isPlanning
            ? "stack cancel \(run.id) --force" : "stack state unlock \(stack.name) --force \(run.id)"
        throw Diagnostic.error(
            "the workspace that `\(stack.name)` needs is held by run `\(run.id)`: \(reason)",
            hint: "Wait with `--lock-timeout 10m`; if you know that the run is over: \(force)", outcome: .unavailable)
    }

    /// A run that is over clears its workspace away; one that was ended by force may go on for long.
    private func requireAboutToLeave(_ run: RunRow, _ holder: SlotHolder, _ stack: StackRow) throws {
        let end = run.endedAt.flatMap { try? Timestamp.date($0) }
        if let end, Date().timeIntervalSince(end) < 10 { return }
        throw Diagnostic.error(
            "the workspace that `\(stack.name)` needs is held by run `\(run.id)`, which is over, but its process still works",
            hint: "Wait with `--lock-timeout 10m`, or end it: kill \(holder.process.pid)", outcome: .unavailable)
    }
}

extension ModuleSource {
    /// Whether a plan of the module depends on where it is made.
    var usesItsPath: Bool { closure.values.contains(where: \.usesWorkingDirectory) }
}
