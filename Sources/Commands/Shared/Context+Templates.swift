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
    /// - Returns: the pins that `stack.lock` lacks, too, and why some templates cannot be brought.
    func fetchedProject() async throws -> (
        root: FilePath, loaded: LoadedProject, fresh: [TemplatePin], problems: [Diagnostic]
    ) {
        let (root, loaded) = try loadedProject()
        guard !loaded.project.unfetched.isEmpty else { return (root, loaded, [], []) }
        let (complete, fresh, problems) = await templates(root).loadFetching(pins: pins(root))
        return (root, complete, fresh, problems)
    }

    /// Pins templates in `stack.lock`. A project without one was never planned; its first plan pins them.
    func pin(_ pins: [TemplatePin], _ root: FilePath) async throws {
        guard !pins.isEmpty, try StackLock.read(root: root) != nil else { return }
        try await StackLock.update(root: root) { $0.pin(pins) }
        for pin in pins { say("Pinned \(pin.name) \(pin.version) in stack.lock", .faint) }
    }

    /// The project's templates, and others that the command names; what is wrong with its stacks is no hindrance.
    func templateLibrary(adding references: [TemplateReference]) async throws -> TemplateLibrary {
        let (root, loaded) = try loadedProject()
        try loaded.requireSound { $0 == "stack.yaml" }
        return try await templates(root).makeLibrary(of: loaded.project, adding: references, pins: pins(root))
    }

    /// A template that the command names, where nothing in it is wrong; mistakes elsewhere in the project are no hindrance.
    ///
    /// - Returns: the pins that `stack.lock` lacks, too.
    /// - Throws: a `DiagnosticList` with the template's mistakes and those in `stack.yaml`; a `Diagnostic` when there is
    ///   no such template.
    func template(
        _ reference: TemplateReference, of loaded: LoadedProject, _ root: FilePath
    ) async throws -> (definition: TemplateDefinition, fresh: [TemplatePin]) {
        try loaded.requireSound { $0 == "stack.yaml" }
        let library = try await templates(root).makeLibrary(of: loaded.project, adding: [reference], pins: pins(root))
        guard let template = library.template(reference) else {
            // One that could not be read has no name.
            try loaded.requireSound { file in loaded.project.settings.templates.contains { file.hasPrefix("\($0)/") } }
            throw Diagnostic.missingTemplate(reference, in: loaded.project)
        }
        try loaded.requireSound { $0.hasPrefix("\(template.folder)/") }
        return (template, library.fresh)
    }

    /// An automation that the command names by a name that no template has, where nothing in it is wrong.
    ///
    /// - Throws: a `Diagnostic` where a template has the name, too, or a version of the automation is wanted.
    func automation(
        _ automation: AutomationDefinition, of loaded: LoadedProject, wanted reference: TemplateReference
    ) throws -> AutomationDefinition {
        let name = reference.name
        if let template = loaded.project.templates.first(where: { $0.name.value == name }) {
            throw Diagnostic.error(
                "both a template and an automation have the name `\(name)`",
                notes: [
                    .init("the template", at: template.name.location),
                    .init("the automation", at: automation.name.location),
                ], hint: "give one of them another name", outcome: .usage)
        }
        guard case .newest = reference.wanted else {
            throw Diagnostic.error("`\(name)` is an automation, and has no versions", outcome: .usage)
        }
        try loaded.requireSound { $0 == "stack.yaml" || $0 == automation.file }
        return automation
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

extension LoadedProject {
    /// - Throws: a `DiagnosticList` with the mistakes in those of the project's files that are wanted.
    func requireSound(_ isWanted: (String) -> Bool) throws(DiagnosticList) {
        let mistakes = diagnostics.filter { problem in
            problem.severity == .error && problem.location.map { isWanted($0.file) } == true
        }
        guard mistakes.isEmpty else { throw DiagnosticList(mistakes) }
    }
}
