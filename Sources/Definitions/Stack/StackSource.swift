/// Where a stack's Terraform module comes from.
package enum StackSource: Hashable, Sendable {
    case template(TemplateReference)
    /// A folder, relative to the project's root.
    case path(String)
    case git(GitSource)
}

package struct TemplateReference: Hashable, Sendable {
    package let name: String
    /// Nil takes the newest that is no pre-release.
    package let version: VersionConstraint?
    /// A git repository or a bundle; nil is the project's own `templates/`.
    package let source: String?
}

package struct GitSource: Hashable, Sendable {
    package let url: String?
    /// A branch, a tag or a commit.
    package let ref: String
    package let folder: String
    /// The name of a `GitRepository`.
    package let repositoryRef: String?
}
