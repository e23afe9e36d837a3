import ChildProcess
import Cryptography
package import Definitions
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import ProviderGateway
import Records
import StateStore
package import SystemPackage
import Terraform
import Workspaces

/// Looks at everything that a run needs, and says of each thing how it is. Nothing is changed, and no check stands in the
/// way of another.
package struct Doctor: Sendable {
    private let project: Project
    private let mistakes: Int
    private let root: FilePath
    private let environment: [String: String]
    private let dataFolder: FilePath

    /// - Parameter mistakes: how many errors the definitions have.
    package init(project: Project, mistakes: Int, root: FilePath, environment: [String: String]) {
        self.project = project
        self.mistakes = mistakes
        self.root = root
        self.environment = environment
        dataFolder = ProjectStore.dataFolder(of: root, environment)
    }

    package func findings() async -> [Finding] {
        var findings = [definitions(), await terraform(), gateway(), disk()].compactMap { $0 }
        let place = DatabasePlace(dataFolder: dataFolder, environment: environment)
        // A `stack.lock` that cannot be read is told below.
        guard (try? place.isBegun(root: root)) ?? true else {
            return findings + [.good("database", "there is none yet: nothing was planned or applied here")]
        }
        do {
            let store = try await ProjectStore.open(project: project, root: root, environment: environment)
            findings.append(.good("key", "`\(store.key.fingerprint)`"))
            findings.append(await database(store))
            findings += await attempt("stack.lock") { try elsewhere(store) }
            findings += await attempt("stacks") { try await orphans(store) }
            findings += await attempt("runs") { try await runs(store) }
            findings += await attempt("workspaces") { try kept() }
        } catch {
            findings.append(failed("database", error))
        }
        return findings
    }

    private func definitions() -> Finding {
        guard mistakes > 0 else { return .good("definitions", "valid: \(counted(project.stacks.count, "stack"))") }
        return .problem("definitions", counted(mistakes, "error"), "`stack validate` shows them")
    }

    private func terraform() async -> Finding {
        do {
            let tool = try await TerraformTool.find(
                project.settings.terraform.binary, environment: environment,
                cacheFolder: dataFolder.appending("cache"), root: root)
            return .good("terraform", "\(tool) in `\(tool.path)`")
        } catch {
            return failed("terraform", error)
        }
    }

    private func gateway() -> Finding? {
        guard let cache = CacheContents(of: gatewayCache(in: dataFolder)) else { return nil }
        var fact = [
            counted(cache.schemas, "provider schema"), counted(cache.validations, "valid configuration"),
            counted(cache.packages, "checked package"),
        ].joined(separator: ", ")
        fact += "; \(byteText(cache.byteCount))"
        let (hits, misses) = cache.uses.reduce((0, 0)) { ($0.0 + $1.hits, $0.1 + $1.misses) }
        if hits + misses > 0 {
            fact +=
                "; \(hits) of \(counted(hits + misses, "answer")) of the last \(counted(cache.uses.count, "command"))"
        }
        return .good("provider gateway", fact)
    }

    private func disk() -> Finding? {
        var status = statvfs()
        guard statvfs((exists(dataFolder) ? dataFolder : root).string, &status) == 0 else { return nil }
        let free = (UInt64(status.f_bavail) * UInt64(status.f_frsize)) >> 20
        let fact = "\(free) MiB are free"
        if free < 64 {
            return .problem("disk", fact, "Free some space: an apply is refused with less than it may need")
        }
        return free < 1024 ? .warning("disk", fact, "Free some space: states and plans need it") : .good("disk", fact)
    }

    private func database(_ store: ProjectStore) async -> Finding {
        do {
            let problems = try await store.records.home.integrityProblems()
            guard problems.isEmpty else {
                return .problem(
                    "database", "it is damaged: \(problems.joined(separator: "; "))",
                    "Keep the file, and restore a backup: `stack restore`")
            }
            let extent = try await store.records.home.extent(of: store.records.project)
            return .good("database", "\(store.records.home.server.map { "`\($0)`" } ?? "whole"); \(extent)")
        } catch {
            return failed("database", error)
        }
    }

    private func elsewhere(_ store: ProjectStore) throws -> [Finding] {
        let states = try StackLock.read(root: root)?.states ?? [:]
        let others = states.filter { $0.value.store != store.records.home.id }.sorted { $0.key < $1.key }
        guard !others.isEmpty else { return [.good("stack.lock", "all \(states.count) states are kept here")] }
        return others.map { name, state in
            .warning(
                "stack.lock", "the state of `\(name)` is kept in another database, on `\(state.place)`",
                "Run its commands there, or restore a backup of that database here")
        }
    }

    private func orphans(_ store: ProjectStore) async throws -> [Finding] {
        // Of definitions that cannot be read nobody knows which stacks they name.
        guard mistakes == 0 else { return [] }
        return try await store.orphans().map { orphan in
            .warning(
                "stacks", "`\(orphan.name)` is no longer defined, but its state holds \(orphan.resourcesText)",
                "Bring its definition back, under this name")
        }
    }

    private func runs(_ store: ProjectStore) async throws -> [Finding] {
        let stacks = Dictionary(
            uniqueKeysWithValues: try await store.records.stacks().map { ($0.id, $0.name) })
        let active = try await store.records.activeRuns()
        let held = try await store.records.heldLocks()
        var findings = try active.map { run in
            try finding(of: run, stacks[run.stack] ?? run.stack, held.first { $0.run == run.id })
        }
        for holder in held where !active.contains(where: { $0.id == holder.run }) {
            findings.append(
                .warning(
                    "locks",
                    "`\(stacks[holder.stack] ?? holder.stack)` is locked by run `\(holder.run)`, not yet at work",
                    "`stack recover` releases it when its process has died"))
        }
        let known = Set(active.map(\.id) + held.map(\.run))
        for (process, run) in try livingProcesses(withEnvironment: TerraformEnvironment.runVariable)
        where !known.contains(run) {
            guard let row = try await store.records.run(run), stacks[row.stack] != nil else { continue }
            findings.append(
                .warning(
                    "processes", "`\(process.name)` (pid \(process.pid)) was started by run `\(run)`, which is over",
                    "End it when it is not meant to run on: kill \(process.pid)"))
        }
        return findings.isEmpty ? [.good("runs", "none is unfinished, no stack is locked")] : findings
    }

    private func finding(of run: RunRow, _ stack: String, _ holder: LockHolder?) throws -> Finding {
        let state = try liveness(of: run)
        guard let reason = state.obstacle(toEnd: run) else {
            return .warning(
                "runs", "run `\(run.id)` of `\(stack)` is \(run.status.rawValue), but its process has died",
                "stack recover")
        }
        let subject = "run `\(run.id)` of `\(stack)` is \(run.status.rawValue): \(reason)"
        switch state {
        case .working: return .good("runs", subject)
        case .cannotTell where run.status.isPlanning:
            return .warning("runs", subject, "If you know that it is over: stack cancel \(run.id) --force")
        case .cannotTell where holder?.hasExpired == false:
            let word = holder?.lastWord.map { "; its last word was \(Timestamp.text($0))" } ?? ""
            return .good(
                "runs", "run `\(run.id)` of `\(stack)` is \(run.status.rawValue) on `\(run.origin.host)`\(word)")
        case .cannotTell:
            return .warning(
                "runs", subject + (holder?.lastWord.map { "; it has been silent since \(Timestamp.text($0))" } ?? ""),
                "If you know that it is over: stack state unlock \(stack) --force \(run.id)")
        case .orphaned, .gone:
            return .warning("runs", subject, "`stack recover` waits for them, then takes the state in")
        }
    }

    private func kept() throws -> [Finding] {
        try WorkspaceSlots.evidence(below: dataFolder).map { place in
            .warning(
                "workspaces", "`\(place)` is kept as evidence, in clear", "Remove it when you have what you need")
        }
    }

    private func attempt(_ subject: String, _ check: () async throws -> [Finding]) async -> [Finding] {
        do { return try await check() } catch { return [failed(subject, error)] }
    }

    private func failed(_ subject: String, _ error: any Error) -> Finding {
        .problem(subject, firstMessage(of: error), ((error as? Diagnostic)?.hint))
    }
}

private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
