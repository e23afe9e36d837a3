import Diagnostics
import Files
import FoundationEssentials
import Glibc
import ModuleInterface
import SystemPackage

/// A provider that `terraform init` has installed, in the version that the lock file names.
struct InstalledProvider: Hashable, Sendable {
    /// `registry.terraform.io/hashicorp/aws`
    let address: String
    let program: FilePath
    /// Of the program, in bytes.
    let size: Int
    /// The `h1:` hash of its package, which is one of the lock file's.
    let hash: String
}

/// What the lock file names of the folder that Terraform works in; nothing when there is none.
///
/// - Throws: a `Diagnostic` when it cannot be read.
func lockedProviders(for command: TerraformCommand) throws -> [LockFile.Provider] {
    let file = command.folder.appending(LockFile.fileName)
    return try readFile(file).map { try LockFile(parsing: $0, file: file.string).providers } ?? []
}

extension InstalledProvider {
    /// - Throws: a `Diagnostic` when it is not installed, or its bytes are not those that the lock file names.
    init(_ locked: LockFile.Provider, for command: TerraformCommand, cache: GatewayCache) throws {
        address = locked.address
        let package = command.dataFolder.appending(
            "providers/\(locked.address)/\(locked.version)/\(Self.platform)")
        guard exists(package) else { throw Diagnostic.error("`\(package)` is not there") }
        program = try Self.program(in: package, type: String(locked.address.split(separator: "/").last ?? ""))
        size = status(of: program)?.st_size ?? 0
        hash = try cache.packageHash(of: package, expecting: locked.hashes)
        guard locked.hashes.contains(hash) else {
            throw Diagnostic.error("`\(package)` has none of the `h1:` hashes of `\(LockFile.fileName)`")
        }
    }

    /// By Terraform's rule: `terraform-provider-aws`, or that, an underscore and anything.
    private static func program(in package: FilePath, type: String) throws -> FilePath {
        let name = "terraform-provider-\(type)"
        let found = try FileManager.default.contentsOfDirectory(atPath: package.string)
            .filter { $0 == name || $0.hasPrefix(name + "_") }
        guard found.count == 1 else { throw Diagnostic.error("`\(package)` holds not exactly one `\(name)`") }
        return package.appending(found[0])
    }

    #if arch(arm64)
    private static let platform = "linux_arm64"
    #else
    private static let platform = "linux_amd64"
    #endif
}
