import Diagnostics
import ModuleInterface
import SourceTree
import SystemPackage

/// What the root and its modules want of providers. Terraform compares it with the lock file, but not for a provider that
/// it finds running.
struct ProviderConstraints {
    private let required: [(module: FilePath, source: [String], text: String, constraint: VersionConstraint)]

    /// - Throws: what is wrong in a module: Terraform says it better, without the gateway.
    init(of command: TerraformCommand) throws {
        guard let folders = command.moduleFolders() else {
            throw Diagnostic.error("`\(command.dataFolder.appending("modules/modules.json"))` cannot be read")
        }
        required = try folders.flatMap { folder in
            try ModuleInterface.read(folder: ".", in: DirectoryTree(root: folder)).requiredProviders.compactMap {
                name, provider in
                guard let text = provider.version else { return nil }
                let source = provider.source ?? "hashicorp/\(name)"
                return (
                    folder, source.lowercased().split(separator: "/").map(String.init), text,
                    try VersionConstraint(Located(text, at: provider.location))
                )
            }
        }
    }

    /// - Throws: a `Diagnostic` when a module does not take the version that is locked.
    func check(_ locked: LockFile.Provider) throws {
        let address = locked.address.split(separator: "/").map(String.init)
        guard let version = TerraformVersion(locked.version) else {
            throw Diagnostic.error("`\(locked.version)` is no version")
        }
        // A source that names no registry means the one of the program that runs.
        for entry in required where address.suffix(entry.source.count).elementsEqual(entry.source) {
            guard entry.constraint.contains(version) else {
                throw Diagnostic.error("`\(entry.module)` wants `\(entry.text)`, and `\(locked.version)` is locked")
            }
        }
    }
}
