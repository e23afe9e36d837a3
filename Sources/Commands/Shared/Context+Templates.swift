import Definitions
import Diagnostics
import Runs
import SourceTree
import SystemPackage
import Templates

extension CommandContext {
    /// A project's files, with the templates that were fetched for it at their place.
    func tree(_ root: FilePath) -> any SourceTree {
        let tree = DirectoryTree(root: root)
        let cache = cacheFolder(root).appending("templates")
        guard cache != root.appending(FilePath(TemplateCache.path).components) else { return tree }
        return MountedTree(tree, with: DirectoryTree(root: cache), at: TemplateCache.path)
    }

    /// The templates that `stack.lock` pins; none where it cannot be read, which whoever opens the records is told.
    func pins(_ root: FilePath) -> [TemplatePin] {
        (try? StackLock.read(root: root))?.templates ?? []
    }

    /// The project around the folder with whatever is wrong in it, and all of its templates: those that are missing are
    /// fetched.
    ///
    /// - Returns: the pins that `stack.lock` lacks, too.
    /// - Throws: a `DiagnosticList` with everything that cannot be brought.
    func fetchedProject() async throws -> (root: FilePath, loaded: LoadedProject, fresh: [TemplatePin]) {
        let (root, loaded) = try loadedProject()
        guard !loaded.project.unfetched.isEmpty else { return (root, loaded, []) }
        let (complete, fresh) = try await templates(root).loadFetching(pins: pins(root))
        return (root, complete, fresh)
    }

    /// Pins templates in `stack.lock`. A project without one was never planned; its first plan pins them.
    func pin(_ pins: [TemplatePin], _ root: FilePath) async throws {
        guard !pins.isEmpty, try StackLock.read(root: root) != nil else { return }
        try await StackLock.update(root: root) { $0.pin(pins) }
        for pin in pins { say("Pinned \(pin.name) \(pin.version) in stack.lock", .faint) }
    }

    /// The project's templates, and others that the command names.
    func library(adding references: [TemplateReference]) async throws -> TemplateLibrary {
        let (root, project) = try await project()
        return try await templates(root).library(of: project, adding: references, pins: pins(root))
    }

    func templates(_ root: FilePath) -> TemplateStore {
        let fetcher = TemplateFetcher(
            root: root, cache: cacheFolder(root), environment: environment, userAgent: "stack/\(stackVersion)")
        return TemplateStore(tree: tree(root), fetcher: fetcher)
    }

    private func cacheFolder(_ root: FilePath) -> FilePath {
        ProjectStore.dataFolder(of: root, environment).appending("cache")
    }
}
