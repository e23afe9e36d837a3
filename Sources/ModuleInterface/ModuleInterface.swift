package import Diagnostics

/// What a Terraform module declares, as far as it can be known without evaluating anything.
package struct ModuleInterface: Hashable, Sendable {
    /// The folder that was read, from the tree's root.
    package let folder: String
    package let variables: [String: Variable]
    package let outputs: [String: Output]
    /// By local name.
    package let requiredProviders: [String: RequiredProvider]
    /// By local name: the versions that `provider` blocks name, each of which Terraform adds to what is required.
    package let providerVersions: [String: [Located<String>]]
    package let requiredVersion: [Located<String>]
    /// Sorted by name.
    package let moduleCalls: [ModuleCall]
    /// The type of the module's own backend.
    package let backend: Located<String>?
    /// Where a `cloud` block stands, which takes the place of a backend.
    package let cloud: SourceLocation?
    /// The types of managed resources; data sources are none.
    package let resourceTypes: Set<String>
    package let dataSourceTypes: Set<String>
    package let ephemeralResourceTypes: Set<String>
    /// An expression names `path.cwd`, `abspath()` or `pathexpand()`: plans see the folder that Terraform runs in.
    package let usesWorkingDirectory: Bool
    /// Addresses of `local_file` and `local_sensitive_file` resources that write below the folder Terraform runs in.
    /// The provider reads the file back, so in a fresh workspace each of them is planned again as new.
    package let localFilesInWorkspace: [Located<String>]
    /// Variables that get a value from `terraform.tfvars` and `*.auto.tfvars` files beside the module.
    /// Terraform loads these for a root module only.
    package let presetVariables: Set<String>
    /// The names of the module's `.tf` and `.tf.json` files, in the order in which Terraform merges them.
    package let files: [String]
}

extension ModuleInterface {
    /// Variables without a default, sorted by name.
    package var requiredVariables: [Variable] {
        variables.values.filter { !$0.hasDefault }.sorted { $0.name < $1.name }
    }
}
