/// The environment that Terraform, its providers and their helpers get: built, not inherited by accident.
package struct TerraformEnvironment: Hashable, Sendable {
    package let variables: [String: String]
    /// Names, sorted, that the caller or the stack sets and Terraform does not get. One warning names them.
    package let leftOut: [String]

    /// From weakest to strongest: what passes of the caller's environment, the stack's own, the settings of a run.
    ///
    /// - Parameters:
    ///   - caller: the environment of this process.
    ///   - runID: given on as `STACK_RUN_ID`, by which a run's processes are found again.
    ///   - stack: the `environment` of the stack's definition, resolved; `TF_VAR_…` and `TF_LOG…` may be among it.
    ///   - cliConfigFile: takes the place of the caller's `TF_CLI_CONFIG_FILE`.
    package static func build(
        caller: [String: String], runID: String, stack: [String: String] = [:], cliConfigFile: String? = nil
    ) -> TerraformEnvironment {
        var variables = caller.filter { passes($0.key) }
        variables.merge(stack.filter { !isReserved($0.key) }) { $1 }
        variables.merge(ours(runID: runID)) { $1 }
        if let cliConfigFile { variables["TF_CLI_CONFIG_FILE"] = cliConfigFile }
        let leftOut = (Array(caller.keys) + stack.keys).filter { variables[$0] == nil }
        return TerraformEnvironment(variables: variables, leftOut: Set(leftOut).sorted())
    }

    /// The variable by which everything that a run has started is found again.
    package static let runVariable = "STACK_RUN_ID"

    private static func ours(runID: String) -> [String: String] {
        ["TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1", runVariable: runID]
    }

    /// Where providers and modules come from is the machine's business; any other `TF_` variable changes a run, and
    /// `STACK_` variables hold secrets of ours.
    private static func passes(_ name: String) -> Bool {
        if name == "TF_CLI_CONFIG_FILE" || name.hasPrefix("TF_TOKEN_") || name.hasPrefix("TF_REGISTRY_") { return true }
        return !name.hasPrefix("TF_") && !name.hasPrefix("STACK_")
    }

    /// Whether a stack may not set this variable, because a run rests on its value or its absence: which state is
    /// used, where it is written and when, which arguments a command has.
    package static func isReserved(_ name: String) -> Bool {
        let names: Set = [
            "CHECKPOINT_DISABLE", "TF_DATA_DIR", "TF_IN_AUTOMATION", "TF_INPUT", "TF_REATTACH_PROVIDERS",
            "TF_STATE_PERSIST_INTERVAL", "TF_WORKSPACE",
        ]
        return names.contains(name) || name.hasPrefix("TF_CLI_ARGS") || name.hasPrefix("STACK_")
    }
}
