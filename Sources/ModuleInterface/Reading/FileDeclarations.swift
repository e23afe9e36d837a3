import Diagnostics
import JSON

/// What one file of a module says, before the files are merged.
struct FileDeclarations {
    var variables: [VariableDeclaration] = []
    var outputs: [OutputDeclaration] = []
    var moduleCalls: [CallDeclaration] = []
    /// One for each `required_providers` block.
    var requiredProviders: [Located<[String: RequiredProvider]>] = []
    var providerVersions: [String: [Located<String>]] = [:]
    var requiredVersion: [Located<String>] = []
    var backends: [Located<String>] = []
    var clouds: [SourceLocation] = []
    var resourceTypes: Set<String> = []
    var dataSourceTypes: Set<String> = []
    var ephemeralResourceTypes: Set<String> = []
    var localFiles: [Located<String>] = []
    var usesWorkingDirectory = false
}

/// A declaration that an override file may complete: what is nil there is left as it was.
protocol Overridable {
    /// The block's type, for messages.
    static var blockType: String { get }
    var name: String { get }
    var location: SourceLocation { get }
    mutating func override(with other: Self)
}

struct VariableDeclaration: Overridable {
    static let blockType = "variable"

    let name: String
    let location: SourceLocation
    var type: Expression?
    var defaultValue: Expression?
    var isSensitive: Bool?
    var isEphemeral: Bool?
    var isNullable: Bool?
    var description: String?

    mutating func override(with other: Self) {
        type = other.type ?? type
        defaultValue = other.defaultValue ?? defaultValue
        isSensitive = other.isSensitive ?? isSensitive
        isEphemeral = other.isEphemeral ?? isEphemeral
        isNullable = other.isNullable ?? isNullable
        description = other.description ?? description
    }
}

struct OutputDeclaration: Overridable {
    static let blockType = "output"

    let name: String
    let location: SourceLocation
    var isSensitive: Bool?
    var isEphemeral: Bool?
    var description: String?

    mutating func override(with other: Self) {
        isSensitive = other.isSensitive ?? isSensitive
        isEphemeral = other.isEphemeral ?? isEphemeral
        description = other.description ?? description
    }
}

struct CallDeclaration: Overridable {
    static let blockType = "module"

    let name: String
    let location: SourceLocation
    var source: Expression?
    var version: String?

    mutating func override(with other: Self) {
        source = other.source ?? source
        version = other.version ?? version
    }
}
