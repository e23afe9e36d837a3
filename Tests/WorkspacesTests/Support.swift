import ChildProcess
import Cryptography
import Files
import Foundation
import ModuleInterface
import SourceTree
import SystemPackage
import Templates
import Terraform
import TestSupport
import Workspaces

extension TestProject {
    var folder: FilePath { FilePath(root) }

    /// The module of a folder of the project, as a stack with that `path` has it.
    func source(_ folder: String, workingFolder: String? = nil) throws -> ModuleSource {
        let tree = DirectoryTree(root: self.folder)
        let closure = try localModuleClosure(root: workingFolder ?? folder, in: tree)
        guard let interface = closure[workingFolder ?? folder] else { throw Timeout("no module") }
        return ModuleSource(
            tree: tree, folder: folder, workingFolder: workingFolder ?? folder, closure: closure, template: nil,
            interface: interface)
    }

    var slots: WorkspaceSlots { WorkspaceSlots(dataFolder: FilePath(scratch).appending("data"), stack: "id") }

    /// A claimed workspace with the module's files in it.
    func workspace(_ source: ModuleSource, run: String = "run") async throws -> Workspace {
        let claimed = try await slots.claim(run: run, workingFolder: source.workingFolder) { _ in .held }
        guard let claimed else { throw Timeout("no slot") }
        try claimed.materialise(source)
        return claimed
    }

    /// Terraform behind a script that notes the arguments of every call.
    ///
    /// - Parameter version: what it says of itself in place of the truth.
    func terraform(
        sayingItIs version: String? = nil
    ) async throws -> (tool: TerraformTool, calls: @Sendable () throws -> [String]) {
        let log = scratch + "/calls"
        let found = try await run("sh", "-c", "command -v terraform").stdout
        let real = found.trimmingCharacters(in: .whitespacesAndNewlines)
        let answer = version.map { version in
            let json =
                "{\"terraform_version\": \"\(version)\", \"platform\": \"linux_amd64\", \"terraform_outdated\": false}"
            return "if [ \"$1\" = version ]; then echo '\(json)'; exit; fi\n"
        }
        let wrapper = try script(
            "terraform" + (version ?? ""), "echo \"$*\" >> '\(log)'\n\(answer ?? "")exec '\(real)' \"$@\"\n")
        let tool = try await TerraformTool.find(
            wrapper, environment: environment, cacheFolder: FilePath(scratch).appending("cache"), root: folder)
        return (
            tool,
            {
                let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                return text.split(separator: "\n").map(String.init)
            }
        )
    }

    func initialiser(_ tool: TerraformTool) -> Initialiser {
        Initialiser(
            cacheFolder: FilePath(scratch).appending("cache"), terraform: tool,
            environment: TerraformEnvironment.build(caller: environment, runID: "run").variables)
    }
}

func makeKey() throws -> SealingKey {
    try SealingKey(base64: Data(repeating: 7, count: 32).base64EncodedString(), source: "the test")
}
