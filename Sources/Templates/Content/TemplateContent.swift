package import Archive
import Cryptography
import Definitions
import Diagnostics
import FoundationEssentials
package import SourceTree

/// The files of a golden template: what is packed, compared and pinned.
package struct TemplateContent: Sendable {
    /// Files and links, by path from the template's folder.
    package let entries: [ArchiveEntry]

    /// What a bundle or a commit holds, without what does not belong to a template.
    package init(entries: [ArchiveEntry]) {
        self.entries = entries.filter { entry in
            entry.content != .directory && !entry.path.split(separator: "/").contains { Self.isLeftOut(String($0)) }
        }
    }

    /// Reads a template's folder, without what Terraform and git leave in it.
    ///
    /// - Throws: a `Diagnostic` for what cannot be read, or is neither a file, a folder nor a link.
    package init(of folder: String, in tree: any SourceTree) throws {
        entries = try Self.entries(of: folder, in: tree, at: "")
    }

    /// What the content is known by: `sha256:…`, over the paths, the bytes and whether a file may be executed.
    package var digest: String {
        var digest = ContentDigest()
        for entry in entries {
            switch entry.content {
            case .file(let content, let isExecutable):
                digest.add(file: entry.path, content: content, isExecutable: isExecutable)
            case .link(let target): digest.add(link: entry.path, target: target)
            case .directory: break
            }
        }
        return "sha256:\(digest.hexadecimal)"
    }

    /// Backups of editors and of file managers, too.
    private static func isLeftOut(_ name: String) -> Bool {
        isLeftBehind(name) || name == ".DS_Store" || name.hasSuffix("~") || (name.hasPrefix("#") && name.hasSuffix("#"))
            || (name.hasPrefix(".") && [".swp", ".swo"].contains(where: name.hasSuffix))
    }

    private static func entries(of folder: String, in tree: any SourceTree, at place: String) throws -> [ArchiveEntry] {
        var entries: [ArchiveEntry] = []
        for entry in try tree.entries(of: folder) where !isLeftOut(entry.name) {
            let path = childPath(folder, entry.name)
            let name = childPath(place, entry.name)
            switch entry.kind {
            case .file(let isExecutable):
                let content = try tree.contents(of: path)
                entries.append(ArchiveEntry(path: name, content: .file(content, isExecutable: isExecutable)))
            case .directory: entries += try Self.entries(of: path, in: tree, at: name)
            case .symbolicLink(let target): entries.append(ArchiveEntry(path: name, content: .link(target: target)))
            case .other:
                throw Diagnostic.error("`\(path)` is neither a file, a folder nor a link", outcome: .refused)
            }
        }
        return entries
    }
}

/// What Terraform and git leave in a module's folder, and what belongs neither into a workspace nor into a
/// template: a state, a lock or a plan that lay about once made two stacks adopt one state.
package func isLeftBehind(_ name: String) -> Bool {
    let name = name.lowercased()
    if [".git", ".terraform", ".stack", "terraform.tfstate.d", "errored.tfstate", "tfplan"].contains(name) {
        return true
    }
    return name.hasSuffix(".tfstate") || name.contains(".tfstate.") || name.hasSuffix(".tfplan")
        || name.hasSuffix(".lock.info")
}
