import Definitions
import Diagnostics
import SourceTree
import Templates

/// Compares each stack with what it was.
struct Comparison {
    private struct ModuleKey: Hashable {
        let source: StackSource
        let workdir: String?
    }

    private let head: Side
    private let base: Side
    private let differences: Differences
    /// The files whose stacks may be others; nil for all. What stands in the other files is the same on both sides.
    private let affected: Set<String>?
    /// Files of the base in which something is wrong.
    private let misread: Set<String>
    private let former: [String: StackDefinition]
    private let settings: [ChangeReason]
    private var modules: [ModuleKey: [ChangeReason]] = [:]
    private var templates: [TemplateReference: (former: TemplateVersion?, present: TemplateVersion?)] = [:]

    init(head: Side, base: Side, differences: Differences, affected: Set<String>?, misread: Set<String>) {
        self.head = head
        self.base = base
        self.differences = differences
        self.affected = affected
        self.misread = misread
        former = Dictionary(base.project.stacks.map { ($0.name.value, $0) }) { first, _ in first }
        settings = settingReasons(from: base.project.settings, to: head.project.settings, differences)
    }

    mutating func reasons(for stack: StackDefinition) -> [ChangeReason] {
        var before = stack
        var reasons: [ChangeReason] = []
        if affected?.contains(stack.file) ?? true {
            if let known = former[stack.name.value] {
                before = known
                reasons = definitionReasons(from: known, to: stack)
            } else if misread.isDisjoint(with: base.project.stackFiles.reached(from: stack.file)) {
                return [.new]
            } else {
                reasons = fileReasons(of: stack)
            }
        }
        return reasons + templateReasons(from: before, to: stack) + moduleReasons(of: stack)
            + valueFileReasons(of: stack) + settings
    }

    // MARK: The definition

    private func definitionReasons(from former: StackDefinition, to stack: StackDefinition) -> [ChangeReason] {
        guard former.meaning != stack.meaning else { return [] }
        let (before, after) = (values(of: former), values(of: stack))
        let changed = Set(before.keys).union(after.keys).filter { before[$0]?.value != after[$0]?.value }
        let files = Set(changed.flatMap { [before[$0], after[$0]].compactMap { $0?.location.file } })
        return fileReasons(of: stack, preferring: files)
    }

    private func values(of stack: StackDefinition) -> [String: ExplainedValue] {
        Dictionary(stack.values.map { ($0.path, $0) }) { first, _ in first }
    }

    /// The files that a stack is read from and that differ, of them those that are preferred where there are any. Where
    /// none differs (it is read now and was not before), its own.
    private func fileReasons(of stack: StackDefinition, preferring preferred: Set<String> = []) -> [ChangeReason] {
        let files = head.project.stackFiles
        let touched = files.reached(from: stack.file).filter {
            differences.touch($0) || differences.touch(files.place(of: $0))
        }
        let best = [touched.intersection(preferred), touched].first { !$0.isEmpty } ?? [stack.file]
        return best.sorted().map { .definition(file: $0, isExtended: $0 != stack.file) }
    }

    // MARK: What it runs

    private mutating func templateReasons(from former: StackDefinition, to stack: StackDefinition) -> [ChangeReason] {
        guard case .template(let before) = former.source.value, case .template(let after) = stack.source.value,
            before.name == after.name
        else { return [] }
        let versions = (former: template(before).former, present: template(after).present)
        guard versions.former != versions.present else { return [] }
        return [.template(name: after.name, from: versions.former, to: versions.present)]
    }

    private mutating func template(
        _ reference: TemplateReference
    ) -> (former: TemplateVersion?, present: TemplateVersion?) {
        if let known = templates[reference] { return known }
        let versions = (former: base.template(reference), present: head.template(reference))
        templates[reference] = versions
        return versions
    }

    private mutating func moduleReasons(of stack: StackDefinition) -> [ChangeReason] {
        let key = ModuleKey(source: stack.source.value, workdir: stack.workdir)
        if let known = modules[key] { return known }
        let reasons = readModule(of: stack)
        modules[key] = reasons
        return reasons
    }

    /// What the module reaches now decides: as long as nothing of that differs, it has reached the same before.
    private func readModule(of stack: StackDefinition) -> [ChangeReason] {
        switch stack.source.value {
        case .git: return []
        case .template where head.project.template(of: stack) == nil: return []
        case .template, .path: break
        }
        do {
            let source = try resolveModule(of: stack, in: head.project, tree: head.tree)
            return try ModuleReach(of: source).touched(by: differences).map(ChangeReason.moduleFile)
        } catch {
            return [.unreadableModule(firstMessage(of: error))]
        }
    }

    private func valueFileReasons(of stack: StackDefinition) -> [ChangeReason] {
        let sources = stack.variables.values.map(\.value) + stack.environment.map(\.value.source)
        let paths = sources.compactMap(\.file) + stack.files.compactMap(\.value.source.file)
        return Set(paths.compactMap(normalisedPath)).filter(differences.touch).sorted().map(ChangeReason.valueFile)
    }
}

private func settingReasons(
    from former: ProjectSettings, to present: ProjectSettings, _ differences: Differences
) -> [ChangeReason] {
    var fields: [String] = []
    if former.terraform.binary != present.terraform.binary { fields.append("spec.terraform.binary") }
    if former.terraform.version?.value != present.terraform.version?.value { fields.append("spec.terraform.version") }
    if former.terraform.cliConfig != present.terraform.cliConfig { fields.append("spec.terraform.cliConfig") }
    if former.secrets != present.secrets { fields.append("spec.secrets") }
    let file = present.terraform.cliConfig.flatMap(normalisedPath).flatMap { differences.touch($0) ? $0 : nil }
    return fields.map(ChangeReason.setting) + (file.map { [.valueFile($0)] } ?? [])
}

extension ValueSource {
    /// The path of the file that it is read from.
    fileprivate var file: String? { if case .fromFile(let path) = self { path } else { nil } }
}

extension WorkspaceFile.Source {
    /// The path of the file that it is.
    fileprivate var file: String? { if case .file(let path) = self { path } else { nil } }
}
