import ChildProcess
import Cryptography
import Diagnostics
import Files
package import FoundationEssentials
import Glibc
import JSON
import ModuleInterface
import SourceTree
package import SystemPackage
package import Templates
package import Terraform

/// Runs `terraform init` once for each module content, lock file and Terraform, and clones the result for every run.
///
/// That is safe only because the backend is an empty `local` one: its `.terraform` holds nothing but nulls, so nothing
/// of one stack can reach another through it.
package struct Initialiser: Sendable {
    private let cache: FilePath
    private let terraform: TerraformTool
    private let environment: [String: String]

    package init(cacheFolder: FilePath, terraform: TerraformTool, environment: [String: String]) {
        cache = cacheFolder.appending("initialised")
        self.terraform = terraform
        self.environment = environment
    }

    /// Makes a materialised workspace ready to run in.
    ///
    /// - Parameter onInit: called when a real `terraform init` has to be run.
    /// - Returns: the lock file that `init` made because the module has none; it belongs beside the module.
    /// - Throws: a `Diagnostic` with what Terraform said when `init` fails.
    package func initialise(
        _ workspace: Workspace, source: ModuleSource, onInit: () async -> Void
    ) async throws -> Data? {
        let entry = cache.appending(try cacheKey(workspace, source))
        if !isUsable(entry) {
            try makePrivateFolder(cache)
            // One `init` at a time: Terraform's plugin cache is not safe for two.
            try await holdingLock(on: cache.appending("lock")) {
                guard !isUsable(entry) else { return }
                try removeLeftovers()
                await onInit()
                try await initialise(entry, source)
            }
        }
        try clone(entry, to: workspace)
        let lockFile = workspace.folder.appending(LockFile.fileName)
        let isMissing = !exists(lockFile)
        guard let made = try readFile(entry.appending("lock.hcl")) else { return nil }
        // `init` may have added this platform's hashes to the one that came along; without them no plan is possible.
        try writeFile(made, to: lockFile, isLasting: false)
        return isMissing ? made : nil
    }

    /// Everything that `init` reads: the files, the Terraform that reads them, and where it finds providers.
    private func cacheKey(_ workspace: Workspace, _ source: ModuleSource) throws -> String {
        var digest = ContentDigest()
        for path in try workspace.filePaths() {
            guard let data = try readFile(workspace.sourceRoot.appending(path: path)) else { continue }
            digest.add(file: path, content: data, isExecutable: false)
        }
        digest.add(file: "/working folder", content: Data(source.workingFolder.utf8), isExecutable: false)
        digest.add(file: "/terraform", content: Data(terraform.description.utf8), isExecutable: false)
        if let file = environment["TF_CLI_CONFIG_FILE"], let content = try readFile(FilePath(file)) {
            digest.add(file: "/cli configuration", content: content, isExecutable: false)
        }
        return digest.hexadecimal
    }

    /// An entry is complete (it was renamed into place) and what its links point at is still there.
    private func isUsable(_ entry: FilePath) -> Bool {
        guard exists(entry) else { return false }
        return (try? providerPackages(entry))?.allSatisfy { package in
            FileManager.default.fileExists(atPath: entry.appending(path: package).string)
        } ?? false
    }

    /// What an initialisation that was killed has left; nobody else is at one now.
    private func removeLeftovers() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: cache.string)
        where name.hasPrefix(Self.newPrefix) {
            try removeTree(cache.appending(name))
        }
    }

    private static let newPrefix = "new-"

    private func initialise(_ entry: FilePath, _ source: ModuleSource) async throws {
        let root = cache.appending("\(Self.newPrefix)\(UInt64.random(in: .min ... .max))")
        try makePrivateFolder(root.appending("source"))
        defer { try? removeTree(root) }
        let workspace = Workspace(root: root, slot: 0, workingFolder: source.workingFolder, holder: nil)
        try workspace.materialise(source)
        let output = try await collect(
            ChildCommand(
                .path(terraform.path), arguments: InitCommand().arguments, environment: environment,
                workingDirectory: workspace.folder))
        guard output.exit.isSuccess else { throw initFailed(output) }
        try requireLocalBackend(workspace)
        let result = root.appending("result")
        try makePrivateFolder(result)
        try move(workspace.folder.appending(".terraform"), to: result.appending(".terraform"))
        let lockFile = workspace.folder.appending(LockFile.fileName)
        if exists(lockFile) { try move(lockFile, to: result.appending("lock.hcl")) }
        try syncEntry(result)
        try removeTree(entry)
        try move(result, to: entry)
    }

    /// Files that a power cut emptied would be cloned for ever after: a module without its resources, say. Packages of
    /// providers can do without: Terraform holds them against the lock file whenever it uses them.
    private func syncEntry(_ entry: FilePath) throws {
        let folder = entry.appending(".terraform")
        for path in [folder.appending("modules"), folder.appending("terraform.tfstate"), entry.appending("lock.hcl")] {
            try syncTree(path)
        }
        try syncFolder(folder)
        try syncFolder(entry)
    }

    /// Modules and the backend's file are copied, provider packages (hundreds of megabytes) linked.
    private func clone(_ entry: FilePath, to workspace: Workspace) throws {
        let packages = Set(try providerPackages(entry))
        try clone(entry, ".terraform", packages, to: workspace.folder)
        try requireLocalBackend(workspace)
    }

    private func clone(_ entry: FilePath, _ path: String, _ packages: Set<String>, to folder: FilePath) throws {
        let (from, place) = (entry.appending(path: path), folder.appending(path: path))
        if packages.contains(path) {
            let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: from.string)) ?? from.string
            try FileManager.default.createSymbolicLink(atPath: place.string, withDestinationPath: target)
            return
        }
        var isFolder = false
        guard FileManager.default.fileExists(atPath: from.string, isDirectory: &isFolder), isFolder else {
            try FileManager.default.copyItem(atPath: from.string, toPath: place.string)
            return
        }
        try makePrivateFolder(place)
        for name in try FileManager.default.contentsOfDirectory(atPath: from.string) {
            try clone(entry, childPath(path, name), packages, to: folder)
        }
    }

    /// The folders `.terraform/providers/HOST/NAMESPACE/TYPE/VERSION/PLATFORM`, as paths in the entry.
    private func providerPackages(_ entry: FilePath) throws -> [String] {
        var level = [".terraform/providers"]
        guard exists(entry.appending(path: level[0])) else { return [] }
        for _ in 0..<5 {
            level = try level.flatMap { folder in
                try FileManager.default.contentsOfDirectory(atPath: entry.appending(path: folder).string)
                    .map { childPath(folder, $0) }
            }
        }
        return level
    }
}

/// With any other backend the run would work on a state that is not this stack's.
private func requireLocalBackend(_ workspace: Workspace) throws {
    let path = workspace.folder.appending(path: ".terraform/terraform.tfstate")
    let backend = try readFile(path).flatMap { try? JSONValue(parsing: $0) }?["backend"]?["type"]?.stringValue
    guard backend == "local" else {
        throw Diagnostic.error(
            "after `init` the backend is `\(backend ?? "none")`, not `local`",
            hint: "Look for an override file in the module that sets `terraform { backend … }` or `cloud`",
            outcome: .failed)
    }
}

private func move(_ from: FilePath, to place: FilePath) throws {
    guard rename(from.string, place.string) == 0 else {
        throw Diagnostic.error("`\(from)` cannot be moved to `\(place)`: \(Errno(rawValue: errno))")
    }
}

private func initFailed(_ output: ChildOutput) -> Diagnostic {
    let said = String(
        decoding: output.standardError.isEmpty ? output.standardOutput : output.standardError, as: UTF8.self)
    return .error(
        "`terraform init` failed",
        notes: said.split(separator: "\n").map { Diagnostic.Note(String($0)) },
        hint: "Nothing was planned or changed")
}
