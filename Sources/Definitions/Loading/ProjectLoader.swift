import Diagnostics
package import SourceTree
import SystemPackage
import YAML

/// Reads and checks everything that a project defines: `stack.yaml`, every `.yaml` and `.yml` below its stack folders,
/// every `template.yaml` below its template folders.
///
/// Nothing is thrown: what is wrong with the content, or cannot be read, is a diagnostic.
///
/// - Parameters:
///   - pinned: where a template that is kept elsewhere has been laid out in the tree; nil where it has not. What is said
///     of such a stack does without its template then.
///   - candidates: reads of the stack folders only these files, and what their stacks extend; nil reads all.
package func loadProject(
    _ tree: any SourceTree, only candidates: Set<String>? = nil,
    pinned: (TemplateRequest) -> TemplateFolder? = { _ in nil }
) -> LoadedProject {
    ProjectLoader(tree, candidates).load(pinned)
}

private struct ProjectLoader {
    let tree: any SourceTree
    let candidates: Set<String>?
    let problems = ProblemCollector()
    let reader: DefinitionReader

    init(_ tree: any SourceTree, _ candidates: Set<String>?) {
        self.tree = tree
        self.candidates = candidates
        self.reader = DefinitionReader(tree, problems)
    }

    func load(_ pinned: (TemplateRequest) -> TemplateFolder?) -> LoadedProject {
        let (name, settings) = loadSettings()
        let stackFiles = stackFiles(below: settings.stacks)
        let documents = stackFiles.flatMap(reader.read)
        reportMisplaced(documents)
        let resolver = ExtendsResolver(reader)
        let merged = resolver.stacks(in: stackFiles)
        reportDuplicates(of: merged)
        let stacks = merged.compactMap { document in
            problems.examining(document.name?.value) { StackDecoder(document: document, problems: problems).decode() }
        }
        let templateFolders = settings.templates.filter(isFolder)
        let library = TemplateLoader(reader).readLibrary(in: templateFolders)
        let automations = AutomationLoader(reader).automations(
            in: documents, beside: library.documents, templateFolders)
        let project = TemplateLoader(reader).addingFetched(
            to: Project(
                name: name, settings: settings, stacks: stacks.sorted { $0.name.value < $1.name.value },
                stackFiles: StackFiles(all: stackFiles, extended: resolver.extendedFiles, places: reader.places),
                templates: library.templates, channels: library.channels, catalogs: library.catalogs,
                automations: automations, others: others(in: documents)),
            pinned)
        let declared = Set(merged.compactMap { $0.name?.value })
        ReferenceCheck(tree: tree, project: project, stackNames: declared, problems: problems).run()
        return finish(project)
    }

    private func finish(_ project: Project) -> LoadedProject {
        let diagnostics = problems.finish().map { diagnostic in
            var diagnostic = diagnostic
            diagnostic.excerpt = diagnostic.location.flatMap { reader.texts[$0.file]?.line($0.line) }
            return diagnostic
        }
        return LoadedProject(
            project: project, diagnostics: diagnostics, soundStacks: soundStacks(of: project, diagnostics),
            counts: .init(
                files: reader.texts.count, documents: reader.documentCount, skipped: reader.skippedDocuments),
            texts: reader.texts)
    }

    private func soundStacks(of project: Project, _ diagnostics: [Diagnostic]) -> [StackDefinition] {
        let errors = diagnostics.filter { $0.severity == .error }
        guard !errors.isEmpty else { return project.stacks }
        let files = Set(errors.compactMap(\.location?.file))
        return project.stacks.filter { stack in
            let template = project.template(of: stack).map { childPath($0.folder, ProjectLayout.templateFile) }
            return !problems.faultyStacks.contains(stack.name.value)
                && reader.malformedFiles.isDisjoint(with: stack.values.map(\.location.file))
                && template.map(files.contains) != true
        }
    }

    // MARK: stack.yaml

    private func loadSettings() -> (name: String, settings: ProjectSettings) {
        let folderName = FilePath(tree.name).lastComponent?.string ?? "project"
        let file = ProjectLayout.settingsFile
        do {
            guard try tree.resolvedKind(of: file) != nil else { return (folderName, ProjectSettings()) }
        } catch {
            reader.report(error, at: SourceLocation(file: file, line: 1, column: 1))
            return (folderName, ProjectSettings())
        }
        let documents = reader.read(file)
        for document in documents where document.kind != DefinitionKind.project {
            problems.error(
                "`\(document.kind)` cannot stand in `\(file)`", at: document.location,
                hint: "move it to a file below `\(ProjectLayout.stacksFolder)/`")
        }
        let projects = documents.filter { $0.kind == DefinitionKind.project }
        for extra in projects.dropFirst() {
            problems.error("a second `\(DefinitionKind.project)` in `\(file)`", at: extra.location)
        }
        return projects.first.map { decode($0, folderName) } ?? (folderName, ProjectSettings())
    }

    private func decode(_ document: RawDocument, _ folderName: String) -> (name: String, settings: ProjectSettings) {
        let root = document.reader(problems)
        let metadata = root.field("metadata")?.fields()
        let name = metadata?.field("name")?.name(.free)
        metadata?.finish()
        let settings = root.field("spec")?.fields().map { ProjectSettings($0) }
        root.finish()
        reportMissingFolders(document)
        return (name?.value ?? folderName, settings ?? ProjectSettings())
    }

    // MARK: Files

    private func stackFiles(below folders: [String]) -> [String] {
        guard let candidates else { return reader.files(below: folders.filter(isFolder), isWanted: isYAML) }
        return candidates.filter { path in folders.contains { isListed(path, below: $0) } }.sorted()
    }

    /// Whether a file would be found when the folder is read.
    private func isListed(_ path: String, below folder: String) -> Bool {
        guard isYAML(path), folder.isEmpty || path.hasPrefix("\(folder)/"),
            !path.dropFirst(folder.count).split(separator: "/").contains(where: { $0.hasPrefix(".") }),
            let kind = try? tree.kind(of: path)
        else { return false }
        guard case .symbolicLink = kind else { return kind != .directory }
        if case .file = try? reader.place(of: path) { return true }
        return false
    }
    private func isFolder(_ path: String) -> Bool {
        (try? tree.resolvedKind(of: path)) == .directory
    }

    /// Folders that are only defaults may be missing, those that somebody names may not.
    private func reportMissingFolders(_ document: RawDocument) {
        for field in ["stacks", "templates"] {
            for node in document.root[path: ["spec", field]]?.sequence ?? [] {
                guard let path = node.scalar.flatMap({ normalisedPath($0.text) }), path != field, !isFolder(path) else {
                    continue
                }
                problems.error("there is no folder `\(path)` in the project", at: node.location)
            }
        }
    }

    private func reportMisplaced(_ documents: [RawDocument]) {
        for document in documents where document.group == .fleet {
            switch document.kind {
            case DefinitionKind.project:
                problems.error(
                    "a `\(document.kind)` can only stand in `\(ProjectLayout.settingsFile)` at the project's root",
                    at: document.location)
            case DefinitionKind.template:
                problems.error(
                    "a `\(document.kind)` can only stand in `templates/NAME/\(ProjectLayout.templateFile)`",
                    at: document.location)
            case DefinitionKind.channels, DefinitionKind.catalog:
                problems.error(
                    "a `\(document.kind)` can only stand beside the templates, in a file like "
                        + "`templates/\(document.kind == DefinitionKind.catalog ? "catalog" : "channels").yaml`",
                    at: document.location)
            case DefinitionKind.templateTest:
                problems.error(
                    "a `\(document.kind)` can only stand in `templates/NAME/tests/`", at: document.location)
            default: continue
            }
        }
    }

    private func reportDuplicates(of stacks: [RawDocument]) {
        var first: [String: SourceLocation] = [:]
        for name in stacks.compactMap(\.name) {
            if let other = first[name.value] {
                problems.error(
                    "there are two stacks with the name `\(name.value)`", at: name.location,
                    notes: [.init("the other one", at: other)])
            } else {
                first[name.value] = name.location
            }
        }
    }

    // MARK: The rest

    private func others(in documents: [RawDocument]) -> [OtherDefinition] {
        let taken = [
            DefinitionKind.project, DefinitionKind.stack, DefinitionKind.template, DefinitionKind.channels,
            DefinitionKind.templateTest, DefinitionKind.automation,
        ]
        return documents.filter { !taken.contains($0.kind) && !$0.isCatalog }
            .map { OtherDefinition(group: $0.group, kind: $0.kind, name: $0.name?.value, location: $0.location) }
            .sorted { ($0.kind, $0.name ?? "", $0.location) < ($1.kind, $1.name ?? "", $1.location) }
    }
}
