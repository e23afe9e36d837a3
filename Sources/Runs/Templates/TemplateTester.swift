import ChildProcess
package import Definitions
import Diagnostics
import Files
package import FoundationEssentials
import JSON
import ModuleInterface
import Plans
package import SourceTree
package import SystemPackage
import Templates
import Terraform
import Workspaces

/// Runs the golden tests of templates: the scaffold that comes of a form's answers, and what Terraform would make of it
/// with every provider mocked.
package struct TemplateTester: Sendable {
    private let terraform: TerraformTool
    private let environment: [String: String]
    private let cacheFolder: FilePath

    /// - Throws: a `Diagnostic` when there is no Terraform, or one without mocks (they came with 1.7).
    package init(project: Project, root: FilePath, environment: [String: String]) async throws {
        cacheFolder = ProjectStore.dataFolder(of: root, environment).appending("cache")
        try makePrivateFolder(cacheFolder.removingLastComponent())
        try makePrivateFolder(cacheFolder)
        terraform = try await TerraformTool.find(
            project.settings.terraform.binary, environment: environment, cacheFolder: cacheFolder, root: root)
        let location = SourceLocation(file: "stack.yaml", line: 1, column: 1)
        try terraform.require(Located(">= 1.7", at: location), wantedBy: "a test of a template")
        self.environment =
            TerraformEnvironment.build(
                caller: environment, runID: "template-test",
                cliConfigFile: project.settings.terraform.cliConfig.map { root.pushing(FilePath($0)).string }
            ).variables
    }

    /// What a test makes, by path below its folder of golden files: the scaffold's files and `plan.txt`.
    ///
    /// - Throws: a `DiagnosticList` or `Diagnostic` with what is wrong in the answers, the files, or for Terraform.
    package func run(
        _ test: TemplateTest, of template: TemplateDefinition, in tree: any SourceTree
    ) async throws -> [String: Data] {
        let tested = try TestedTemplate(test, of: template, in: tree)
        var made: [String: Data] = [:]
        for file in tested.files { made["files/\(file.path)"] = file.after?.data }
        var plans: [String] = []
        for stack in tested.stacks {
            let plan = try await plan(of: stack, data: test.data.mapValues { $0.json() })
            plans.append((tested.stacks.count == 1 ? "" : "# \(stack.name)\n") + plan.summary)
        }
        made["plan.txt"] = Data(plans.joined(separator: "\n").utf8)
        return made
    }

    private func plan(of stack: TestedTemplate.Stack, data: [String: JSONValue]) async throws -> TestedPlan {
        try await withScratchWorkspace(
            of: stack.source, cacheFolder: cacheFolder, terraform: terraform, environment: environment
        ) { workspace in
            let folder = workspace.folder.appending(".golden")
            try makePrivateFolder(folder)
            let file = MockedTestFile.contents(providers: stack.source.interface.mockedProviders, data: data)
            try writeFile(file, to: folder.appending(MockedTestFile.fileName), isLasting: false)
            try workspace.write(variables: stack.variables, to: workspace.variablesFile)
            let command = TestCommand(
                folder: ".golden", file: MockedTestFile.fileName,
                variableFile: workspace.argument(workspace.variablesFile))
            let output = try await collect(
                ChildCommand(
                    .path(terraform.path), arguments: command.arguments, environment: environment,
                    workingDirectory: workspace.folder),
                timeout: .seconds(300))
            return try TestedPlan.decode(output.standardOutput)
        }
    }
}

extension ModuleInterface {
    /// Local names of the providers that would ask somebody; Terraform's own is none of them.
    fileprivate var mockedProviders: [String] {
        let types = resourceTypes.union(dataSourceTypes).union(ephemeralResourceTypes)
        let implied = types.compactMap { $0.split(separator: "_").first.map(String.init) }
        return Set(implied).union(requiredProviders.keys).subtracting(["terraform"]).sorted()
    }
}
