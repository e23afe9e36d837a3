import Diagnostics
import SourceTree

/// Checks what definitions say about each other and about the tree: folders, templates, stacks, pools, handles.
struct ReferenceCheck {
    let tree: any SourceTree
    let project: Project
    /// All that are declared, those with errors included.
    let stackNames: Set<String>
    let problems: ProblemCollector

    func run() {
        for template in project.templates { checkScaffold(of: template) }
        checkChannels()
        for stack in project.stacks {
            problems.examining(stack.name.value) { checkSource(of: stack) }
            checkNeighbours(of: stack)
            checkPool(of: stack)
        }
        checkHandles()
    }

    // MARK: Sources

    private func checkSource(of stack: StackDefinition) {
        switch stack.source.value {
        case .git: break
        case .path(let path):
            checkFolder(path, named: path, workdir: stack.workdir, at: stack.source.location)
        case .template(let reference): checkTemplate(reference, of: stack)
        }
    }

    private func checkTemplate(_ reference: TemplateReference, of stack: StackDefinition) {
        let location = stack.source.location
        guard let request = project.request(for: reference) else {
            reportMissingChannel(reference, at: location)
            return
        }
        if let template = project.template(for: reference) {
            checkFolder(template.folder, named: template.folder, workdir: stack.workdir, at: location)
            template.check(stack, problems)
        } else if request.source == nil, project.isOwn(request) || !project.mayBeListed(request) {
            reportMissing(reference, at: location)
        }
    }

    private func checkFolder(_ folder: String, named name: String, workdir: String?, at location: SourceLocation) {
        guard isFolder(folder, at: location) else {
            problems.error("there is no folder `\(name)` in the project", at: location)
            return
        }
        if let workdir, !isFolder(childPath(folder, workdir), at: location) {
            problems.error("there is no folder `\(workdir)` in `\(name)`, which `spec.workdir` names", at: location)
        }
    }

    private func isFolder(_ path: String, at location: SourceLocation) -> Bool {
        do {
            return try tree.resolvedKind(of: path) == .directory
        } catch {
            let reason = error as? Diagnostic
            problems.add([.error(reason?.message ?? "\(error)", at: location, hint: reason?.hint)])
            return true
        }
    }

    private func reportMissing(_ reference: TemplateReference, at location: SourceLocation) {
        let listed = project.catalogs.flatMap(\.entries).map(\.value)
        let names = Set(project.templates.map(\.name.value) + listed.map(\.name)).sorted()
        let own = project.templates.filter { $0.name.value == reference.name }.map(\.version)
        let versions = (own.isEmpty ? listed.filter { $0.name == reference.name }.map(\.version) : own)
            .map { "`\($0)`" }
        if versions.isEmpty {
            problems.error(
                "there is no template `\(reference.name)`", at: location,
                hint: suggestion(for: reference.name, among: names).map { "did you mean `\($0)`?" }
                    ?? (names.isEmpty ? "there are no templates in this project" : "there are \(names.quotedList)"))
        } else {
            let wanted =
                switch reference.wanted {
                case .newest: "only pre-releases, none of which is taken unasked"
                case .range(let range): "no version that fits `\(range)`"
                case .channel(let channel):
                    "no version \(project.channels(of: reference.name)?.versions[channel].map { "`\($0.value)`, which stands" } ?? "that stands") in the channel `\(channel.rawValue)`"
                }
            problems.error(
                "the template `\(reference.name)` has \(wanted)", at: location,
                hint: "there \(versions.count == 1 ? "is" : "are") \(versions.joined(separator: ", "))")
        }
    }

    private func reportMissingChannel(_ reference: TemplateReference, at location: SourceLocation) {
        guard case .channel(let channel) = reference.wanted else { return }
        guard let channels = project.channels(of: reference.name) else {
            problems.error(
                "the template `\(reference.name)` has no channels", at: location,
                hint: "a `\(DefinitionKind.channels)` document, in a file like `templates/channels.yaml`, gives it some"
            )
            return
        }
        problems.error(
            "no version of `\(reference.name)` stands in the channel `\(channel.rawValue)`", at: location,
            notes: [.init("its channels", at: channels.name.location)])
    }

    private func checkChannels() {
        for channels in project.channels {
            for (channel, version) in channels.versions.sorted(by: { $0.value.location < $1.value.location }) {
                let reference = TemplateReference(
                    name: channels.name.value, wanted: .channel(channel), source: nil, digest: nil)
                guard let request = project.request(for: reference), project.template(for: reference) == nil,
                    project.isOwn(request) || !project.mayBeListed(request)
                else { continue }
                reportMissing(reference, at: version.location)
            }
        }
    }

    private func checkScaffold(of template: TemplateDefinition) {
        for file in template.scaffold {
            let path = childPath(template.folder, file.value.source)
            do {
                if try tree.resolvedKind(of: path) == nil {
                    problems.error("there is no file `\(path)`", at: file.location)
                }
            } catch let error as Diagnostic {
                problems.error(error.message, at: file.location)
            } catch {
                problems.error("`\(path)` cannot be read", at: file.location)
            }
        }
    }

    // MARK: Other stacks

    private func checkNeighbours(of stack: StackDefinition) {
        for name in stack.dependsOn + stack.inputs.map(\.value.stack) {
            if name.value == stack.name.value {
                problems.error("`\(name.value)` cannot depend on itself", at: name.location)
            } else if !stackNames.contains(name.value) {
                problems.error(
                    "there is no stack `\(name.value)`", at: name.location,
                    hint: suggestion(for: name.value, among: stackNames.sorted()).map { "did you mean `\($0)`?" })
            }
        }
    }

    private func checkPool(of stack: StackDefinition) {
        guard let pool = stack.cluster?.pool else { return }
        let pools = project.others.filter { $0.group == .fleet && $0.kind == "ClusterPool" }.compactMap(\.name)
        guard !pools.contains(pool.value) else { return }
        problems.error(
            "there is no `ClusterPool` with the name `\(pool.value)`", at: pool.location,
            hint: suggestion(for: pool.value, among: pools).map { "did you mean `\($0)`?" }
                ?? "add one to a file below `\(project.settings.stacks.first ?? ProjectLayout.stacksFolder)/`")
    }

    private func checkHandles() {
        var first: [String: Located<String>] = [:]
        for stack in project.stacks where writesCluster(stack) {
            let handle = stack.cluster?.handle ?? stack.name
            if let other = first[handle.value] {
                problems.error(
                    "two stacks write the cluster `\(handle.value)`", at: handle.location,
                    notes: [.init("the other one", at: other.location)], hint: "a handle belongs to one stack")
            } else {
                first[handle.value] = handle
            }
        }
    }

    private func writesCluster(_ stack: StackDefinition) -> Bool {
        stack.cluster != nil || project.template(of: stack)?.cluster != nil
    }
}
