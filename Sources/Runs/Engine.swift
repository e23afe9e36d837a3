import Definitions
import Diagnostics
import Files
import FoundationEssentials
package import Plans
import Records
import Secrets
import SourceControl
package import SourceTree
import StateStore
import SystemPackage
package import Terraform
import Workspaces

/// Plans and applies the stacks of one project.
///
/// It knows nothing of terminals: what happens is given out as `RunEvent`s, and kept as rows that any process can follow.
package struct Engine: Sendable {
    package let store: ProjectStore
    package let tree: any SourceTree
    package let terraform: TerraformTool
    package let programVersion: String

    /// - Throws: a `Diagnostic` when there is no Terraform, or not the version that the project wants.
    package init(
        store: ProjectStore, tree: any SourceTree, programVersion: String
    ) async throws {
        self.store = store
        self.tree = tree
        self.programVersion = programVersion
        terraform = try await TerraformTool.find(
            store.project.settings.terraform.binary, environment: store.environment,
            cacheFolder: store.dataFolder.appending("cache"), root: store.root)
        if let constraint = store.project.settings.terraform.version {
            do {
                try terraform.require(constraint.map(\.text), wantedBy: "the project")
            } catch let problem as Diagnostic {
                throw problem.withExcerpt(from: tree)
            }
        }
    }

    var records: Records { store.records }
    var cacheFolder: FilePath { store.dataFolder.appending("cache") }

    /// - Throws: a `Diagnostic` when the plan was made by another Terraform than the one that was asked for its version: a
    ///   version manager in its place chose otherwise. It is asked again the next time.
    func requireKnownTerraform(_ plan: Plan) throws {
        guard plan.terraformVersion != "\(terraform.version)" else { return }
        try TerraformTool.forget(cacheFolder: cacheFolder)
        throw Diagnostic.error(
            "the plan was made by version \(plan.terraformVersion), but `\(terraform.path)` said it was \(terraform.version)",
            hint:
                "Run the command again; a version manager is best passed by: name the program in `spec.terraform.binary`"
        )
    }
}

/// What a user asks of one plan.
package struct PlanRequest: Hashable, Sendable {
    package var mode: PlanMode
    package var targets: [String]
    package var replacements: [String]
    /// Nil leaves it to the stack's definition.
    package var refresh: Bool?
    /// How long the plan waits for the workspace that it needs, while a run is applied there.
    package var lockTimeout: Duration
    /// Whether the plan is to be applied at once, perhaps after a question.
    package var isForApply: Bool
    /// Whether Terraform works behind the provider gateway, unless the stack does not want it.
    package var usesGateway: Bool

    package init(
        mode: PlanMode = .normal, targets: [String] = [], replacements: [String] = [], refresh: Bool? = nil,
        lockTimeout: Duration = .zero, isForApply: Bool = false, usesGateway: Bool = true
    ) {
        self.mode = mode
        self.targets = targets
        self.replacements = replacements
        self.refresh = refresh
        self.lockTimeout = lockTimeout
        self.isForApply = isForApply
        self.usesGateway = usesGateway
    }
}

extension PlanRequest {
    /// Whether a plan that has nothing to do means that the whole stack is as it is defined.
    package var looksAtAll: Bool { mode != .refreshOnly && targets.isEmpty }

    var operation: RunOperation {
        switch mode {
        case .normal: .apply
        case .destroy: .destroy
        case .refreshOnly: .refresh
        }
    }

    var commandMode: PlanCommand.Mode {
        switch mode {
        case .normal: .normal
        case .destroy: .destroy
        case .refreshOnly: .refreshOnly
        }
    }
}
