/// `show -json PLAN`: the plan as one JSON document on stdout, sensitive values in clear. Exit code 0 or 1.
package struct ShowCommand: TerraformCommand {
    package var planFile: String

    package init(planFile: String) {
        self.planFile = planFile
    }

    package var arguments: [String] { ["show", "-json", planFile] }
}
