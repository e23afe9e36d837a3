package import Diagnostics

/// One variable of the environment that Terraform gets.
package struct EnvironmentVariable: Hashable, Sendable {
    package let name: String
    package let source: ValueSource
}

/// A file that is laid into the workspace, with mode 0600.
package struct WorkspaceFile: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        /// Every key of a Kubernetes Secret becomes a file below `mountPath`.
        case secret(name: String)
        /// Relative to the project's root.
        case file(String)
    }

    /// Relative to the workspace; absolute only in Plural's group.
    package let mountPath: String
    package let source: Source
}

/// An output of another stack that a variable takes.
package struct StackInput: Hashable, Sendable {
    package let variable: String
    package let stack: Located<String>
    package let output: String
    /// What a preview uses while the other stack has no outputs.
    package let mock: LiteralValue?
}

/// A Terraform backend other than our own.
package struct BackendDefinition: Hashable, Sendable {
    package let type: String
    package let configuration: [String: LiteralValue]
}

/// Which cluster record a stack or template writes, and from which outputs.
package struct ClusterMapping: Hashable, Sendable {
    /// Nil is the stack's name.
    package let handle: Located<String>?
    package let pool: Located<String>?
    package let provider: String?
    package let distribution: String?
    /// Nil is the stack's labels.
    package let tags: [String: String]?
    /// Field of the record → name of the output.
    package let outputs: [String: String]
}

/// How Terraform is run for a stack.
package struct StackConfiguration: Hashable, Sendable {
    /// The Terraform version that the stack asks for; a constraint in our group, a version like `1.8` in Plural's.
    package let version: Located<String>?
    /// What `terraform.workspace` says.
    package let workspace: String
    package let parallelism: Int?
    package let refresh: Bool?
    /// Whether a plan without changes counts as approved.
    package let approveEmpty: Bool?
    /// Run with OpenTofu.
    package let tofu: Bool
}
