/// `test -json -verbose`: runs one test file; stdout is an event stream, with the plan of each run in it. Exit code 0 or 1.
package struct TestCommand: TerraformCommand {
    /// With the test file; relative to the folder Terraform runs in.
    package var folder: String
    package var file: String
    package var variableFile: String

    package init(folder: String, file: String, variableFile: String) {
        self.folder = folder
        self.file = file
        self.variableFile = variableFile
    }

    package var arguments: [String] {
        [
            "test", "-json", "-verbose", "-test-directory=\(folder)", "-filter=\(folder)/\(file)",
            "-var-file=\(variableFile)",
        ]
    }
}
