import ArgumentParser
import Definitions
import Diagnostics
import Fleet
import FoundationEssentials
import Records
import Runs
import SourceTree
import SystemPackage

// What a shell offers for an argument. Nothing is made, and whatever goes wrong offers nothing.

/// Names from the definitions; no database is opened.
let stackNameCompletion = CompletionKind.custom { words, _, _ in
    typedProject(words)?.project.stacks.map(\.name.value) ?? []
}

/// Templates from the definitions.
let templateNameCompletion = CompletionKind.custom { words, _, _ in
    Array(Set(typedProject(words)?.project.templates.map(\.name.value) ?? [])).sorted()
}

/// Handles from the registry.
let clusterCompletion = CompletionKind.custom { words, _, _ async in
    let entries = try? await typedStore(words)?.clusters.entries(includingGone: true)
    return entries?.map(\.record.handle) ?? []
}

/// Runs that the command can do something with, newest first.
func runCompletion(_ isWanted: @escaping @Sendable (RunStatus) -> Bool) -> CompletionKind {
    .custom { words, _, _ async in
        guard let store = await typedStore(words), let names = try? await store.stackNames() else { return [] }
        let runs = try? await store.records.runs(limit: 100)
        return runs?.filter { isWanted($0.status) && names[$0.stack] != nil }.map(\.id) ?? []
    }
}

/// The project that the command line so far is about.
private func typedProject(_ words: [String]) -> (root: FilePath, project: Project)? {
    let folder = words.lastIndex(of: "-C").map { words.index(after: $0) }.flatMap {
        words.indices.contains($0) ? words[$0] : nil
    }
    return findProjectRoot(from: FilePath(folder ?? ".")).map { ($0, loadProject(DirectoryTree(root: $0)).project) }
}

private func typedStore(_ words: [String]) async -> ProjectStore? {
    guard let (root, project) = typedProject(words) else { return nil }
    return try? await ProjectStore.existing(
        project: project, root: root, environment: ProcessInfo.processInfo.environment)
}
