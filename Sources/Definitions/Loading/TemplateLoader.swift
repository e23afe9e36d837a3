package import Diagnostics
package import SourceTree

/// Where a template that is kept elsewhere has been laid out.
package struct TemplateFolder: Hashable, Sendable {
    /// In the project's tree.
    package let path: String
    /// As it was pinned.
    package let version: String
    package let origin: TemplateDefinition.Origin

    package init(path: String, version: String, origin: TemplateDefinition.Origin) {
        self.path = path
        self.version = version
        self.origin = origin
    }
}

/// Reads golden templates, and the channels and catalogs that stand beside them.
struct TemplateLoader {
    private let reader: DefinitionReader
    private var problems: ProblemCollector { reader.problems }

    init(_ reader: DefinitionReader) {
        self.reader = reader
    }

    struct Library {
        /// By name, the newest version of each first.
        let templates: [TemplateDefinition]
        let channels: [TemplateChannels]
        let catalogs: [TemplateCatalog]
        /// All that stands beside the templates.
        let documents: [RawDocument]
    }

    func readLibrary(in folders: [String]) -> Library {
        let documents = folders.flatMap(filesBeside).flatMap(reader.read)
        for other in documents where !other.mayStandBesideTemplates {
            problems.error(
                "`\(other.kind)` cannot stand beside the templates", at: other.location,
                hint:
                    "a `\(DefinitionKind.channels)`, a `\(DefinitionKind.catalog)` or a `\(DefinitionKind.automation)` can"
            )
        }
        let channels = documents.filter { $0.kind == DefinitionKind.channels }
            .compactMap { TemplateChannels($0, problems) }
        let catalogs = documents.filter(\.isCatalog).compactMap { TemplateCatalog($0, problems) }
        reportDuplicates(of: channels.map(\.name)) { "the channels of `\($0)` are given a second time" }
        reportDuplicates(of: catalogs.map(\.name)) { "there are two catalogs with the name `\($0)`" }
        return Library(
            templates: templates(in: folders).sorted { ($0.name.value, $1.version) < ($1.name.value, $0.version) },
            channels: channels, catalogs: catalogs, documents: documents)
    }

    /// The project with those of the templates kept elsewhere that its stacks name and that are laid out.
    func addingFetched(to project: Project, _ pinned: (TemplateRequest) -> TemplateFolder?) -> Project {
        var project = project
        for request in project.unfetched {
            guard let folder = pinned(request.value),
                var template = template(in: childPath(folder.path, ProjectLayout.templateFile))
            else { continue }
            template.origin = folder.origin
            if template.name.value == request.value.name, request.value.admits(template.version),
                template.version.description == folder.version
            {
                project.fetched[request.value] = template
            } else {
                problems.error(
                    "`stack.lock` pins the content of \(template.name.value) \(template.version) as version \(folder.version) for `\(request.value)`",
                    at: request.location, hint: "`stack template update \(request.value.name)` resolves it anew")
            }
        }
        return project
    }

    /// The YAML files of a folder of templates that belong to none of them.
    private func filesBeside(templatesIn folder: String) -> [String] {
        let names = (try? reader.tree.entries(of: folder))?.map(\.name) ?? []
        guard !names.contains(ProjectLayout.templateFile) else { return [] }
        return names.filter { isYAML($0) && !$0.hasPrefix(".") }.map { childPath(folder, $0) }
    }

    private func templates(in folders: [String]) -> [TemplateDefinition] {
        var templates: [TemplateDefinition] = []
        for file in reader.files(below: folders, stopAtFirst: true, isWanted: { $0 == ProjectLayout.templateFile }) {
            guard let template = template(in: file) else { continue }
            if let other = templates.first(where: {
                $0.name.value == template.name.value && $0.version == template.version
            }) {
                problems.error(
                    "there are two templates `\(template.name.value)` with the version \(template.version)",
                    at: template.name.location, notes: [.init("the other one", at: other.name.location)])
            } else {
                templates.append(template)
            }
        }
        return templates
    }

    func template(in file: String) -> TemplateDefinition? {
        let documents = reader.read(file)
        let templates = documents.filter { $0.kind == DefinitionKind.template }
        for other in documents where other.kind != DefinitionKind.template {
            problems.error("`\(other.kind)` cannot stand in a `\(ProjectLayout.templateFile)`", at: other.location)
        }
        for extra in templates.dropFirst() {
            problems.error("a second `\(DefinitionKind.template)` in one file", at: extra.location)
        }
        return templates.first.flatMap { TemplateDecoder(document: $0, problems: problems).decode() }
    }

    private func reportDuplicates(of names: [Located<String>], _ message: (String) -> String) {
        var first: [String: SourceLocation] = [:]
        for name in names {
            if let other = first[name.value] {
                problems.error(message(name.value), at: name.location, notes: [.init("the first", at: other)])
            } else {
                first[name.value] = name.location
            }
        }
    }
}

/// The template in a folder, with nothing known of the project around it.
///
/// - Throws: everything that is wrong in its `template.yaml`.
package func readTemplate(in folder: String, of tree: any SourceTree) throws(DiagnosticList) -> TemplateDefinition {
    let problems = ProblemCollector()
    let reader = DefinitionReader(tree, problems)
    let template = TemplateLoader(reader).template(in: childPath(folder, ProjectLayout.templateFile))
    let errors = problems.finish().filter { $0.severity == .error }
    guard let template, errors.isEmpty else {
        throw DiagnosticList(
            errors.isEmpty
                ? [
                    .error(
                        "`\(folder.isEmpty ? tree.name : folder)` holds no `\(ProjectLayout.templateFile)`",
                        outcome: .refused)
                ] : errors)
    }
    return template
}

extension RawDocument {
    fileprivate var mayStandBesideTemplates: Bool {
        kind == DefinitionKind.channels || kind == DefinitionKind.automation || isCatalog
    }
}
