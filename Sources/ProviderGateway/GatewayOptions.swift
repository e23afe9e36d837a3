package import SystemPackage

/// How a gateway works.
package struct GatewayOptions: Sendable {
    /// What the command gets, and its providers.
    package var environment: [String: String]
    /// Where the command is started.
    package var folder: FilePath
    /// Whether that is this process's own current directory, which stays the same when somebody moves it away.
    package var isCurrentFolder: Bool
    /// Where what is known of providers is kept; nil is the user's own cache.
    package var cache: FilePath?
    /// Whether schemas are handed out with all types.
    package var isWholeSchema = false
    /// What is shown of the plan that the command makes, before the gateway ends.
    package var shownPlan: ShownPlan?
    /// Whether Terraform gets one interrupt at most: a second one means to it to exit at once.
    package var interruptsOnce = false
    /// How long after the first interrupt what is under way may take; nil sets no limit.
    package var stopTimeout: Duration?

    package init(environment: [String: String], folder: FilePath, isCurrentFolder: Bool) {
        self.environment = environment
        self.folder = folder
        self.isCurrentFolder = isCurrentFolder
    }
}

/// A saved plan, and the file that gets it as Terraform's `show -json` tells it.
package struct ShownPlan: Hashable, Sendable {
    /// As Terraform is to find it.
    package let plan: String
    package let output: FilePath

    package init(plan: String, output: FilePath) {
        self.plan = plan
        self.output = output
    }
}
