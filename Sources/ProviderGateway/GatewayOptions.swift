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
    /// How long after the first interrupt what is under way may take; nil sets no limit.
    package var stopTimeout: Duration?

    package init(environment: [String: String], folder: FilePath) {
        self.environment = environment
        self.folder = folder
    }
}
