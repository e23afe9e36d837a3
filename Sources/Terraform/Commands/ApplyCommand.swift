/// `apply -json PLAN`: applies a saved plan, of destruction too; stdout is the event stream. Exit code 0 or 1.
///
/// A saved plan is applied without a question, and takes its variables and targets with it.
package struct ApplyCommand: TerraformCommand {
    package var planFile: String
    /// Only for variables that are declared ephemeral: a plan keeps none of their values.
    package var variableFile: String?
    /// How many operations run at once; nil is Terraform's default, 10.
    package var parallelism: Int?

    package init(planFile: String, variableFile: String? = nil, parallelism: Int? = nil) {
        self.planFile = planFile
        self.variableFile = variableFile
        self.parallelism = parallelism
    }

    package var arguments: [String] {
        // No backup: the state before the run is already kept, and a second copy would lie there in clear.
        var arguments = ["apply", "-json", "-input=false", "-backup=-"]
        if let variableFile { arguments.append("-var-file=\(variableFile)") }
        if let parallelism { arguments.append("-parallelism=\(parallelism)") }
        return arguments + [planFile]
    }
}
