import Diagnostics
import FoundationEssentials
import SourceTree

/// The files of a folder that Terraform reads, by name.
struct ModuleFiles {
    /// Primary files, then override files; each sorted by name.
    let configuration: [String]
    /// Variable files that Terraform loads by itself.
    let variables: [String]

    /// - Throws: a diagnostic when the folder cannot be listed.
    init(folder: String, in tree: any SourceTree) throws(Diagnostic) {
        let entries: [(name: String, kind: SourceEntryKind)]
        do {
            entries = try tree.entries(of: folder)
        } catch let diagnostic as Diagnostic {
            throw diagnostic
        } catch {
            throw .error("cannot list the module's folder `\(folder)`: \(error)")
        }
        let names = entries.lazy.filter { $0.kind != .directory }.map(\.name).filter { !Self.isIgnored($0) }
        let configuration = names.filter { Self.stem($0) != nil }
        self.configuration =
            configuration.filter { !Self.isOverride($0) } + configuration.filter { Self.isOverride($0) }
        self.variables = names.filter(Self.isLoadedVariableFile)
    }

    /// Hidden files and the backups of editors.
    private static func isIgnored(_ name: String) -> Bool {
        name.hasPrefix(".") || name.hasSuffix("~") || (name.hasPrefix("#") && name.hasSuffix("#"))
    }

    /// The name without `.tf` or `.tf.json`; nil when it has neither.
    private static func stem(_ name: String) -> Substring? {
        for suffix in [".tf.json", ".tf"] where name.hasSuffix(suffix) { return name.dropLast(suffix.count) }
        return nil
    }

    static func isOverride(_ name: String) -> Bool {
        guard let stem = stem(name) else { return false }
        return stem == "override" || stem.hasSuffix("_override")
    }

    private static func isLoadedVariableFile(_ name: String) -> Bool {
        name == "terraform.tfvars" || name == "terraform.tfvars.json" || name.hasSuffix(".auto.tfvars")
            || name.hasSuffix(".auto.tfvars.json")
    }
}

/// The path of `name` in `folder`; the root's folder is empty.
func joinedPath(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : "\(folder)/\(name)"
}
