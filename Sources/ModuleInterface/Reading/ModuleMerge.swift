import Diagnostics

/// The files of one module put together by Terraform's rules.
///
/// Primary files add up, and what they declare twice is an error. Override files come after them, in order, and
/// change what is there. Source: https://developer.hashicorp.com/terraform/language/files/override
struct ModuleMerge {
    private(set) var variables: [String: VariableDeclaration] = [:]
    private(set) var outputs: [String: OutputDeclaration] = [:]
    private(set) var moduleCalls: [String: CallDeclaration] = [:]
    private(set) var requiredProviders: [String: RequiredProvider] = [:]
    private(set) var providerVersions: [String: [Located<String>]] = [:]
    private(set) var requiredVersion: [Located<String>] = []
    private(set) var backend: Located<String>?
    private(set) var cloud: SourceLocation?
    private(set) var resourceTypes: Set<String> = []
    private(set) var dataSourceTypes: Set<String> = []
    private(set) var ephemeralResourceTypes: Set<String> = []
    private(set) var localFiles: [Located<String>] = []
    private(set) var usesWorkingDirectory = false
    private(set) var diagnostics: [Diagnostic] = []
    private var providersLocation: SourceLocation?

    mutating func add(_ file: FileDeclarations) {
        add(file.variables, to: \.variables)
        add(file.outputs, to: \.outputs)
        add(file.moduleCalls, to: \.moduleCalls)
        for block in file.requiredProviders {
            if let first = providersLocation { report(twice: "`required_providers`", block.location, first) }
            providersLocation = providersLocation ?? block.location
            requiredProviders.merge(block.value) { first, _ in first }
        }
        requiredVersion += file.requiredVersion
        for found in file.backends {
            if let first = backend?.location { report(twice: "a backend", found.location, first) }
            backend = backend ?? found
        }
        for found in file.clouds {
            if let first = cloud { report(twice: "`cloud`", found, first) }
            cloud = cloud ?? found
        }
        gather(file)
    }

    /// Called once, between the primary files and the override files.
    mutating func finishPrimaryFiles() {
        guard let backend, let cloud else { return }
        diagnostics.append(
            .error(
                "a module has a backend or a `cloud` block, not both", at: backend.location,
                notes: [.init("the `cloud` block", at: cloud)]))
    }

    mutating func override(with file: FileDeclarations) {
        override(file.variables, in: \.variables)
        override(file.outputs, in: \.outputs)
        override(file.moduleCalls, in: \.moduleCalls)
        for block in file.requiredProviders { requiredProviders.merge(block.value) { $1 } }
        if !file.requiredVersion.isEmpty { requiredVersion = file.requiredVersion }
        if let found = file.backends.first { (backend, cloud) = (found, nil) }
        if let found = file.clouds.first { (backend, cloud) = (nil, found) }
        for again in file.backends.dropFirst() { report(twice: "a backend", again.location, file.backends[0].location) }
        for again in file.clouds.dropFirst() { report(twice: "`cloud`", again, file.clouds[0]) }
        gather(file)
    }

    private mutating func gather(_ file: FileDeclarations) {
        providerVersions.merge(file.providerVersions, uniquingKeysWith: +)
        resourceTypes.formUnion(file.resourceTypes)
        dataSourceTypes.formUnion(file.dataSourceTypes)
        ephemeralResourceTypes.formUnion(file.ephemeralResourceTypes)
        localFiles += file.localFiles
        usesWorkingDirectory = usesWorkingDirectory || file.usesWorkingDirectory
    }

    private mutating func add<Declaration: Overridable>(
        _ found: [Declaration], to all: WritableKeyPath<Self, [String: Declaration]>
    ) {
        for declaration in found {
            if let first = self[keyPath: all][declaration.name] {
                report(
                    twice: "\(Declaration.blockType) `\(declaration.name)`", declaration.location, first.location)
            } else {
                self[keyPath: all][declaration.name] = declaration
            }
        }
    }

    private mutating func override<Declaration: Overridable>(
        _ found: [Declaration], in all: WritableKeyPath<Self, [String: Declaration]>
    ) {
        for declaration in found {
            guard self[keyPath: all][declaration.name] != nil else {
                diagnostics.append(
                    .error(
                        "\(Declaration.blockType) `\(declaration.name)` in an override file has nothing to override",
                        at: declaration.location, hint: "declare it in a file that is no override file"))
                continue
            }
            self[keyPath: all][declaration.name]?.override(with: declaration)
        }
    }

    private mutating func report(twice what: String, _ location: SourceLocation, _ first: SourceLocation) {
        diagnostics.append(
            .error(
                "\(what) is declared twice in this module", at: location,
                notes: [.init("first declared here", at: first)]))
    }
}
