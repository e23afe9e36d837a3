import ChildProcess
import Definitions
import Files
import ModuleInterface
import ProviderGateway
import SystemPackage
import Terraform
import Workspaces

extension Engine {
    /// The gateway that a run's Terraform works behind; nil when it is not wanted, or the module has no providers.
    ///
    /// - Parameter stopTimeout: how long after an interrupt what is being made may take.
    func gateway(
        for prepared: PreparedStack, in workspace: Workspace, isWanted: Bool, stopTimeout: Duration = .zero
    ) -> GatewayCommand? {
        guard isWanted, prepared.definition.providerGateway, exists(workspace.folder.appending(LockFile.fileName))
        else {
            return nil
        }
        return GatewayCommand(cache: gatewayCache(in: store.dataFolder), stopTimeout: stopTimeout)
    }

    /// A Terraform command of the run in its workspace, with everything in its environment that tells it whose it is.
    func terraformCommand(
        _ arguments: [String], run: String, _ prepared: PreparedStack, in workspace: Workspace,
        behind gateway: GatewayCommand?
    ) -> ChildCommand {
        ChildCommand(
            gateway == nil ? .path(terraform.path) : .thisProgram,
            arguments: gateway?.arguments(before: [terraform.path.string] + arguments) ?? arguments,
            environment: terraformEnvironment(stack: prepared.stackEnvironment, run: run).variables,
            workingDirectory: workspace.folder)
    }
}

/// Where a project keeps what is known of providers.
func gatewayCache(in dataFolder: FilePath) -> FilePath { dataFolder.appending("cache").appending("gateway") }
