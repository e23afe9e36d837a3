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

    /// A template that the command names, where nothing in it is wrong; mistakes elsewhere in the project are no hindrance.
    ///
    /// - Returns: the pins that `stack.lock` lacks, too.
    /// - Throws: a `DiagnosticList` with the template's mistakes and those in `stack.yaml`; a `Diagnostic` when there is
    ///   no such template.
    func template(
        _ reference: TemplateReference, of loaded: LoadedProject, _ root: FilePath
    ) async throws -> (definition: TemplateDefinition, fresh: [TemplatePin]) {
        func requireSound(_ isWanted: (String) -> Bool) throws {
            let mistakes = loaded.diagnostics.filter { problem in
                problem.severity == .error && problem.location.map { isWanted($0.file) } == true
            }
            guard mistakes.isEmpty else { throw DiagnosticList(mistakes) }
        }
        try requireSound { $0 == "stack.yaml" }
        let library = try await templates(root).library(of: loaded.project, adding: [reference], pins: pins(root))
        guard let template = library.template(reference) else {
            // One that could not be read has no name.
            try requireSound { file in loaded.project.settings.templates.contains { file.hasPrefix("\($0)/") } }
            throw Diagnostic.missingTemplate(reference, in: loaded.project)
        }
        try requireSound { $0.hasPrefix("\(template.folder)/") }
        return (template, library.fresh)
    }

    func templates(_ root: FilePath) -> TemplateStore {
        let fetcher = TemplateFetcher(root: root, cache: cacheFolder(root), environment: environment)
        return TemplateStore(tree: tree(root), fetcher: fetcher)
    }

    private func cacheFolder(_ root: FilePath) -> FilePath {
        ProjectStore.dataFolder(of: root, environment).appending("cache")
    }
}
