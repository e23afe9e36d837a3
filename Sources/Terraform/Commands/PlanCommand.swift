/// `plan -json -out`: writes a plan file; stdout is the event stream. Exit codes: `PlanOutcome`.
package struct PlanCommand: TerraformCommand {
    package enum Mode: Hashable, Sendable {
        case normal
        /// Plans to destroy everything.
        case destroy
        /// Plans to take what changed outside into the state, and nothing else.
        case refreshOnly
    }

    /// Where the plan is written; relative to the folder Terraform runs in.
    package var planFile: String
    package var variableFile: String?
    package var mode: Mode
    /// Addresses; empty means all.
    package var targets: [String]
    /// Addresses of what is made anew even when nothing about it changes.
    package var replacements: [String]
    /// False plans from the state alone.
    package var refreshes: Bool
    /// How many operations run at once; nil is Terraform's default, 10.
    package var parallelism: Int?

    package init(
        planFile: String, variableFile: String? = nil, mode: Mode = .normal, targets: [String] = [],
        replacements: [String] = [], refreshes: Bool = true, parallelism: Int? = nil
    ) {
        self.planFile = planFile
        self.variableFile = variableFile
        self.mode = mode
        self.targets = targets
        self.replacements = replacements
        self.refreshes = refreshes
        self.parallelism = parallelism
    }

    package var arguments: [String] {
        var arguments = ["plan", "-json", "-input=false", "-detailed-exitcode", "-out=\(planFile)"]
        if let variableFile { arguments.append("-var-file=\(variableFile)") }
        switch mode {
        case .normal: break
        case .destroy: arguments.append("-destroy")
        case .refreshOnly: arguments.append("-refresh-only")
        }
        arguments += targets.map { "-target=\($0)" }
        arguments += replacements.map { "-replace=\($0)" }
        if !refreshes { arguments.append("-refresh=false") }
        if let parallelism { arguments.append("-parallelism=\(parallelism)") }
        return arguments
    }
}

/// What the exit code of `plan -detailed-exitcode` says.
package enum PlanOutcome: Hashable, Sendable {
    /// 0: what is there is what is wanted, outputs included.
    case noChanges
    /// 2: there is a plan to apply. It may count no resource: an output or a `moved` address is a change.
    case changes
    /// 1, and every code that Terraform does not document.
    case failed

    package init(exitCode: Int32) {
        switch exitCode {
        case 0: self = .noChanges
        case 2: self = .changes
        default: self = .failed
        }
    }
}
