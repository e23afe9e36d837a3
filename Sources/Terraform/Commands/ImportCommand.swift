/// `import ADDRESS ID`: reads an object that exists into the state, under an address of the configuration. Exit code 0 or 1;
/// its output is for people.
///
/// Only the state in the folder is changed. Without the variables Terraform would put out the outputs' defaults.
package struct ImportCommand: TerraformCommand {
    package var address: String
    /// As the provider wants it for resources of this type.
    package var id: String
    package var variableFile: String

    package init(address: String, id: String, variableFile: String) {
        self.address = address
        self.id = id
        self.variableFile = variableFile
    }

    package var arguments: [String] {
        // What begins with a dash is no flag; and no backup: the state before it is already kept.
        ["import", "-input=false", "-no-color", "-backup=-", "-var-file=\(variableFile)", "--", address, id]
    }
}
