package import Definitions
import Diagnostics
import Plans
package import Records
package import StackGraph
import StateStore
import Synchronization

extension Engine {
    /// Plans several stacks, each when those that it takes something of have been planned, on what their plans say.
    ///
    /// A plan that is to be applied waits until its stack is free, for as long as the request says: one that was made
    /// before the run at work has ended is stale.
    ///
    /// - Parameter origin: who plans and from what, when that has been found out already.
    /// - Returns: one result a stack, by name.
    /// - Throws: `CancellationError` when the task was cancelled.
    package func plan(
        _ stacks: [StackDefinition], in graph: StackGraph, _ request: PlanRequest, _ options: GraphOptions,
        origin: RunOrigin?, onEvent: @escaping @Sendable (GraphEvent) async -> Void
    ) async throws -> [PlannedStack] {
        let planning = GraphPlanning(
            engine: self, graph: graph, request: request, options: options,
            definitions: Dictionary(stacks.map { ($0.name.value, $0) }) { $1 }, origin: origin, onEvent: onEvent)
        return try await planning.perform()
    }
}

/// The planning of several stacks by one command.
private final class GraphPlanning: Sendable {
    let engine: Engine
    let graph: StackGraph
    let request: PlanRequest
    let options: GraphOptions
    let definitions: [String: StackDefinition]
    let onEvent: @Sendable (GraphEvent) async -> Void
    let origin: RunOrigin?
    /// What the plans made so far say, by stack.
    private let outputs = Mutex<[String: PlannedOutputs]>([:])

    init(
        engine: Engine, graph: StackGraph, request: PlanRequest, options: GraphOptions,
        definitions: [String: StackDefinition], origin: RunOrigin?,
        onEvent: @escaping @Sendable (GraphEvent) async -> Void
    ) {
        self.engine = engine
        self.graph = graph
        self.request = request
        self.options = options
        self.definitions = definitions
        self.origin = origin
        self.onEvent = onEvent
    }

    func perform() async throws -> [PlannedStack] {
        var skips: [Schedule.Skip] = []
        let schedule = Schedule(
            of: Set(definitions.keys), in: graph,
            request.mode == .destroy ? .dependentsFirst : .dependenciesFirst,
            onFailure: options.policy(for: request.mode))
        let planned = await workThrough(
            schedule, atOnce: options.parallelism, ending: { $0?.plan == nil ? .failed : .succeeded },
            onSkip: { skips.append($0) }
        ) { name in await self.plan(name) }
        try Task.checkCancellation()
        for skip in skips { await onEvent(.skipped(stack: skip.stack, because: skip.because)) }
        let skipped = skips.compactMap { skip in
            definitions[skip.stack].map {
                PlannedStack(definition: $0, run: nil, outcome: .skipped(because: skip.because))
            }
        }
        return (planned.values.compactMap { $0 } + skipped).sorted { $0.name < $1.name }
    }

    private func plan(_ name: String) async -> PlannedStack? {
        guard let definition = definitions[name] else { return nil }
        var attempt = 1
        while true {
            let (planned, errors) = await attemptPlan(of: definition)
            guard planned.plan == nil, !Task.isCancelled,
                let retry = options.retries.retry(after: attempt, errors: errors)
            else {
                // What a plan to destroy says of outputs is that they will be gone.
                if request.mode != .destroy, let known = planned.plan?.outputs {
                    outputs.withLock { $0[name] = known }
                }
                return planned
            }
            await onEvent(
                .retrying(stack: name, run: planned.run ?? "", because: retry.reason, after: retry.delay))
            try? await Task.sleep(for: retry.delay)
            attempt += 1
        }
    }

    private func attemptPlan(of definition: StackDefinition) async -> (PlannedStack, errors: [String]) {
        let name = definition.name.value
        let errors = TerraformErrors()
        let run = Mutex<String?>(nil)
        do {
            try Task.checkCancellation()
            if request.isForApply { try await waitForLock(of: name) }
            let plan = try await engine.plan(definition, request, planned: plannedOutputs(for: name), origin: origin) {
                event, id in
                run.withLock { $0 = id }
                errors.record(event)
                await self.onEvent(.run(event, stack: name, run: id))
            }
            return (
                PlannedStack(definition: definition, run: plan.run, outcome: .planned(plan)), errors.all
            )
        } catch {
            return (
                PlannedStack(definition: definition, run: run.withLock { $0 }, outcome: .failed(error)),
                errors.all + [(error as? Diagnostic)?.message].compactMap { $0 }
            )
        }
    }

    private func plannedOutputs(for stack: String) -> [String: PlannedOutputs] {
        let needed = graph.dependencies(of: stack).map(\.dependency)
        return outputs.withLock { outputs in
            Dictionary(needed.compactMap { name in outputs[name].map { (name, $0) } }) { $1 }
        }
    }

    private func waitForLock(of name: String) async throws {
        let stack = try await engine.store.identify(name).row
        let onEvent = onEvent
        try await engine.store.states.waitUntilUnlocked(stack, timeout: request.lockTimeout) {
            [engine] holder, isFirst in
            if isFirst { await onEvent(.run(.waitingForLock(of: holder), stack: name, run: holder.run)) }
            // A holder that dies meanwhile never gives its lock back by itself.
            try await engine.store.recoverMeanwhile(stack) {
                await onEvent(.run($0, stack: name, run: holder.run))
            }
        }
    }
}
