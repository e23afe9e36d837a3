package import Diagnostics
package import JSON

/// An input variable.
package struct Variable: Hashable, Sendable {
    package let name: String
    package let type: TypeExpression
    /// The type as it is written; `any` when none is.
    package let typeText: String
    package let hasDefault: Bool
    /// The default when it is written out; nil when there is none or it would have to be evaluated.
    package let defaultValue: JSONValue?
    package let isSensitive: Bool
    package let isEphemeral: Bool
    /// False when the module says that null means the default.
    package let isNullable: Bool
    package let description: String?
    package let location: SourceLocation
}

/// An output value; its expression is not read.
package struct Output: Hashable, Sendable {
    package let name: String
    package let isSensitive: Bool
    package let isEphemeral: Bool
    package let description: String?
    package let location: SourceLocation
}

/// An entry of `required_providers`.
package struct RequiredProvider: Hashable, Sendable {
    /// As written (`hashicorp/aws`); nil means `hashicorp/` and the local name.
    package let source: String?
    /// The constraint as written.
    package let version: String?
    package let location: SourceLocation
}

/// A `module` block.
package struct ModuleCall: Hashable, Sendable {
    /// Where the called module lies.
    package enum Target: Hashable, Sendable {
        /// A folder of the same tree, by its path from the tree's root.
        case local(folder: String)
        /// A relative path that climbs out of the tree.
        case outsideTree
        /// A path of one machine.
        case absolutePath
        /// A registry, a repository, an archive: what `terraform init` fetches.
        case remote
    }

    package let name: String
    /// As written.
    package let source: String
    package let version: String?
    package let target: Target
    /// Where the source stands.
    package let location: SourceLocation
}
