import Diagnostics
import ModuleInterface
import SourceTree
import SystemPackage

/// What the root and its modules say of providers.
struct ModuleDeclarations {
    private let required: [RequiredVersion]
    /// The types of all resources and data sources, whichever provider they are of.
    let types: Set<String>

    /// - Throws: what is wrong in a module: Terraform says it better, without the gateway.
    init(of command: TerraformCommand) throws {
        guard let folders = command.moduleFolders() else {
            throw Diagnostic.error("`\(command.dataFolder.appending("modules/modules.json"))` cannot be read")
        }
        let modules = try folders.map { folder in
            (folder, interface: try ModuleInterface.read(folder: ".", in: DirectoryTree(root: folder)))
        }
        required = try modules.flatMap { try $1.requiredVersions(in: $0) }
        types = modules.reduce(into: []) { types, module in
            types.formUnion(module.interface.resourceTypes)
            types.formUnion(module.interface.dataSourceTypes)
            types.formUnion(module.interface.ephemeralResourceTypes)
        }
    }

    /// Terraform compares what is wanted with the lock file, but not for a provider that it finds running.
    ///
    /// - Throws: a `Diagnostic` when a module does not take the version that is locked.
    func check(_ locked: LockFile.Provider) throws {
        let address = locked.address.split(separator: "/").map(String.init)
        guard let version = TerraformVersion(locked.version) else {
            throw Diagnostic.error("`\(locked.version)` is no version")
        }
        // A source that names no registry means the one of the program that runs.
        for entry in required where address.suffix(entry.source.count).elementsEqual(entry.source) {
            guard entry.constraint.contains(version) else {
                throw Diagnostic.error(
                    "`\(entry.module)` wants `\(entry.constraint.text)`, and `\(locked.version)` is locked")
            }
        }
    }
}

private struct RequiredVersion {
    let module: FilePath
    /// The parts of the provider's address.
    let source: [String]
    let constraint: VersionConstraint
}

extension ModuleInterface {
    fileprivate func requiredVersions(in folder: FilePath) throws -> [RequiredVersion] {
        func entry(_ name: String, _ text: Located<String>) throws -> RequiredVersion {
            let source = requiredProviders[name]?.source ?? "hashicorp/\(name)"
            return RequiredVersion(
                module: folder, source: source.lowercased().split(separator: "/").map(String.init),
                constraint: try VersionConstraint(text))
        }
        let listed = try requiredProviders.compactMap { name, provider in
            try provider.version.map { try entry(name, Located($0, at: provider.location)) }
        }
        return try listed + providerVersions.flatMap { name, texts in try texts.map { try entry(name, $0) } }
    }
}
