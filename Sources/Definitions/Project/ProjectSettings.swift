package import Diagnostics

/// What `stack.yaml` says, with the defaults of what it does not say.
package struct ProjectSettings: Hashable, Sendable {
    package struct Terraform: Hashable, Sendable {
        /// A name that is looked up on PATH, or a path.
        package var binary = "terraform"
        package var version: Located<VersionConstraint>?
        /// A path relative to the project's root.
        package var cliConfig: String?
    }

    /// How much of the past is kept.
    package struct Retention: Hashable, Sendable {
        package var runsPerStack = 50
        package var stateVersionsPerStack = 200
    }

    /// Where `secretKeyRef` and `configMapRef` are looked up.
    package enum KubernetesSecrets: Hashable, Sendable {
        case none
        /// A context of kubectl.
        case context(String)
        /// By `name/key`.
        case mapped([String: ValueSource])
    }

    /// Folders with definitions, relative to the root.
    package var stacks = ["stacks"]
    /// Folders with golden templates, relative to the root.
    package var templates = ["templates"]
    package var terraform = Terraform()
    /// How many stacks run at once; nil is one for each core.
    package var parallelism: Int?
    /// Relative to the root; nil is `key` in the folder with the data, wherever that is.
    package var keyFile: String?
    package var retention = Retention()
    /// Parts of error messages after which a run may be tried again.
    package var retryable = [
        // Rate limits of clouds.
        "RequestLimitExceeded", "Throttling", "TooManyRequests", "Too Many Requests", "rate limit", "Rate exceeded",
        "StatusCode: 429", "SlowDown",
        // Networks.
        "connection reset", "i/o timeout", "TLS handshake timeout", "unexpected EOF",
        // Starting a provider.
        "timeout while waiting for plugin to start", "Failed to instantiate provider", "text file busy",
    ]
    /// Who may approve, by the group's name.
    package var groups: [String: [String]] = [:]
    /// A file as `ssh-keygen -Y` reads it, relative to the root; approvals are signed when it is set.
    package var allowedSigners: String?
    package var secrets = KubernetesSecrets.none
    /// Fields that are set and that nothing carries out yet: plan, apply and destroy refuse them.
    package var withoutEngine: [Located<String>] = []
}
