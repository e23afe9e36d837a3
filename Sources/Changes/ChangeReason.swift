/// Why a change can reach a stack.
package enum ChangeReason: Hashable, Sendable {
    /// When no stack had its name.
    case new
    /// When its merged definition says something else, because of a file that it is read from.
    case definition(file: String, isExtended: Bool)
    /// When it gets another version of its golden template, or another content under the same version; nil where none is
    /// known.
    case template(name: String, from: TemplateVersion?, to: TemplateVersion?)
    /// When a file that its workspace is made from differs.
    case moduleFile(String)
    /// When a file that one of its values, its files or Terraform's own settings are taken from differs.
    case valueFile(String)
    /// When a field of `stack.yaml` that decides how Terraform runs says something else.
    case setting(String)
    /// When something differs, and what its module reaches cannot be told, because the module cannot be read.
    case unreadableModule(String)

    /// For people.
    package var text: String {
        switch self {
        case .new: "new"
        case .definition(let file, let isExtended): "`\(file)`\(isExtended ? " (extended)" : "")"
        case .template(let name, let former, let present): Self.text(name, former, present)
        case .moduleFile(let path): "module file `\(path)`"
        case .valueFile(let path): "`\(path)`, which it reads"
        case .setting(let field): "`\(field)` in `stack.yaml`"
        case .unreadableModule(let message): "its module cannot be read: \(message)"
        }
    }

    private static func text(_ name: String, _ former: TemplateVersion?, _ present: TemplateVersion?) -> String {
        switch (former, present) {
        case (let former?, let present?) where former.version == present.version:
            "template `\(name)` \(present.version), \(present.isPinned ? "with other content" : "in another folder")"
        default: "template `\(name)` \(former?.version ?? "(not pinned)") → \(present?.version ?? "(not pinned)")"
        }
    }
}
