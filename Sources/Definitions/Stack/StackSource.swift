/// Where a stack's Terraform module comes from.
package enum StackSource: Hashable, Sendable {
    case template(TemplateReference)
    /// A folder, relative to the project's root.
    case path(String)
    case git(GitSource)
}

package struct GitSource: Hashable, Sendable {
    package let url: String?
    /// A branch, a tag or a commit.
    package let ref: String
    package let folder: String
    /// The name of a `GitRepository`.
    package let repositoryRef: String?
}
