import JSON

/// Where the value of a variable or of an environment variable comes from.
package indirect enum ValueSource: Hashable, Sendable {
    case literal(LiteralValue)
    /// An environment variable of the process that runs `stack`.
    case fromEnvironment(String)
    /// A file, by a path relative to the project's root.
    case fromFile(String)
    /// The output of a command, given as its arguments; no shell.
    case fromCommand([String])
    /// A key of a Kubernetes Secret.
    case secretKey(name: String, key: String)
    /// A key of a Kubernetes ConfigMap.
    case configMapKey(name: String, key: String)

    /// Everything but a literal is masked wherever it could be shown.
    package var isSecret: Bool { if case .literal = self { false } else { true } }

    package var literal: LiteralValue? { if case .literal(let value) = self { value } else { nil } }
}
