package import Definitions
package import Diagnostics
package import SourceTree

/// Loads a project with the templates that it has fetched, and fetches those that it has not.
package struct TemplateStore: Sendable {
    /// What answered a request before, and what answers it now.
    package struct PinChange: Hashable, Sendable {
        package let old: TemplatePin?
        package let new: TemplatePin
    }

    private let tree: any SourceTree
    private let fetcher: any TemplateFetching

    /// - Parameter tree: the project's, in which the cache stands.
    package init(tree: any SourceTree, fetcher: any TemplateFetching) {
        self.tree = tree
        self.fetcher = fetcher
    }

    /// The project with those of its templates that are pinned and here; nothing is fetched.
    package static func load(_ tree: any SourceTree, pins: [TemplatePin]) -> LoadedProject {
        loadProject(tree) { TemplateCache.folder(for: $0, pinned: pins, in: tree) }
    }

    /// The project with all of its templates.
    ///
    /// - Returns: what was resolved for the first time, too: the pins that `stack.lock` lacks; and why the others cannot
    ///   be brought.
    package func loadFetching(
        pins: [TemplatePin]
    ) async -> (loaded: LoadedProject, fresh: [TemplatePin], problems: [Diagnostic]) {
        let loaded = Self.load(tree, pins: pins)
        guard !loaded.project.unfetched.isEmpty else { return (loaded, [], []) }
        let (fresh, problems) = await fetch(loaded.project.unfetched, for: loaded.project, pins)
        let complete = Self.load(tree, pins: pins + fresh)
        return (
            complete, fresh,
            problems.map { problem in
                var problem = problem
                problem.excerpt = problem.excerpt ?? problem.location.flatMap(complete.excerpt)
                return problem
            }
        )
    }

    /// A project's templates, and others that no stack names.
    ///
    /// - Throws: a `DiagnosticList` with everything that cannot be brought.
    package func makeLibrary(
        of project: Project, adding references: [TemplateReference], pins: [TemplatePin]
    ) async throws -> TemplateLibrary {
        let requests = references.compactMap(project.request)
            .filter { !project.isOwn($0) && project.fetched[$0] == nil && project.mayBeListed($0) }
            .map { Located($0, at: SourceLocation(file: "stack.lock", line: 1, column: 1)) }
        let (fresh, problems) = await fetch(requests, for: project, pins)
        guard problems.isEmpty else { throw DiagnosticList(problems) }
        var others: [TemplateRequest: TemplateDefinition] = [:]
        for request in requests {
            guard let folder = TemplateCache.folder(for: request.value, pinned: pins + fresh, in: tree) else {
                continue
            }
            others[request.value] = try readTemplate(in: folder.path, of: tree)
        }
        return TemplateLibrary(project: project, tree: tree, others: others, fresh: fresh)
    }

    /// Everything that a project's catalogs list.
    package func listed(by project: Project) async throws -> [TemplateCatalog.Entry] {
        try await resolver(for: project).listed().map(\.entry.value)
    }

    /// Resolves anew what a project's stacks ask for elsewhere, by name.
    ///
    /// - Parameter names: the templates; empty means all.
    package func update(
        _ project: Project, names: [String], pins: [TemplatePin]
    ) async throws -> [PinChange] {
        var changes: [PinChange] = []
        let resolver = resolver(for: project)
        for request in project.elsewhere where names.isEmpty || names.contains(request.value.name) {
            let new = try await resolver.resolve(request)
            let change = PinChange(old: pins.first { $0.answers(request.value) }, new: new)
            if !changes.contains(change) { changes.append(change) }
        }
        return changes
    }

    private func resolver(for project: Project) -> TemplateResolver {
        TemplateResolver(fetcher: fetcher, tree: tree, catalogs: project.catalogs)
    }

    /// All at once; every problem is told.
    private func fetch(
        _ requests: [Located<TemplateRequest>], for project: Project, _ pins: [TemplatePin]
    ) async -> (fresh: [TemplatePin], problems: [Diagnostic]) {
        let resolver = resolver(for: project)
        let results = await withTaskGroup { group in
            for (index, request) in requests.enumerated() {
                let pin = pins.first { $0.answers(request.value) }
                group.addTask {
                    (index, await Self.result { try await Self.fetch(request, pin, with: resolver) })
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let sorted = results.sorted { $0.0 < $1.0 }.map(\.1)
        let problems = sorted.flatMap { result -> [Diagnostic] in
            guard case .failure(let error) = result else { return [] }
            return (error as? DiagnosticList)?.diagnostics ?? [(error as? Diagnostic) ?? .error("\(error)")]
        }
        return (sorted.compactMap { try? $0.get() }, problems)
    }

    private static func fetch(
        _ request: Located<TemplateRequest>, _ pin: TemplatePin?, with resolver: TemplateResolver
    ) async throws -> TemplatePin? {
        guard let pin else { return try await resolver.resolve(request) }
        try await resolver.restore(pin, for: request)
        return nil
    }

    private static func result<Value>(
        _ work: () async throws -> Value
    ) async -> Result<Value, any Error> {
        do { return .success(try await work()) } catch { return .failure(error) }
    }
}
