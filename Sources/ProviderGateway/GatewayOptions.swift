package import SystemPackage

/// How a gateway works.
package struct GatewayOptions: Sendable {
    /// What the command gets, and its providers.
    package var environment: [String: String]
    /// Where the command is started.
    package var folder: FilePath
    /// Where what is known of providers is kept; nil is the user's own cache.
    package var cache: FilePath?
    /// Whether schemas are handed out with all types.
    package var isWholeSchema = false
    /// What is shown of the plan that the command makes, before the gateway ends.
    package var shownPlan: ShownPlan?
    /// How long after the first interrupt what is under way may take; nil sets no limit.
    package var stopTimeout: Duration?

    package init(environment: [String: String], folder: FilePath) {
        self.environment = environment
        self.folder = folder
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
