import ChildProcess
package import Diagnostics
import Files
import FoundationEssentials
import Glibc
package import ModuleInterface
package import SystemPackage

/// The Terraform, or OpenTofu, that runs are made with.
package struct TerraformTool: Hashable, Sendable {
    package let path: FilePath
    package let binary: TerraformBinary

    package var version: TerraformVersion { binary.version }

    /// Finds the program and asks it for its version. The answer is remembered for as long as the file is the same: a
    /// start of Terraform costs more than all else before a plan.
    ///
    /// - Parameters:
    ///   - name: a name that is looked up in `PATH`, or a path from `root`. Where `terraform` is not found, `tofu` is
    ///     tried.
    ///   - environment: what the program is started with.
    /// - Throws: a `Diagnostic` when there is none or it does not answer as Terraform does.
    package static func find(
        _ name: String, environment: [String: String], cacheFolder: FilePath, root: FilePath
    ) async throws -> TerraformTool {
        guard let path = place(of: name, environment: environment, root: root) else {
            throw Diagnostic.error(
                name.contains("/") ? "there is no program `\(name)`" : "`\(name)` was not found on PATH",
                hint: "Install Terraform or OpenTofu, or name the program in `spec.terraform.binary` of `stack.yaml`")
        }
        let file = cacheFolder.appending("terraform.json")
        let stamp = FileIdentity(path)
        if let stamp, let data = try readFile(file), let known = try? JSONDecoder().decode(Answer.self, from: data),
            known.identity == stamp
        {
            return TerraformTool(path: path, binary: known.binary)
        }
        let binary = try await ask(path, environment)
        if let stamp {
            try makePrivateFolder(cacheFolder)
            try writeFile(try JSONEncoder().encode(Answer(identity: stamp, binary: binary)), to: file)
        }
        return TerraformTool(path: path, binary: binary)
    }

    private static func place(of name: String, environment: [String: String], root: FilePath) -> FilePath? {
        guard !name.contains("/") else {
            let path = root.pushing(FilePath(name)).lexicallyNormalized()
            guard let file = path.lastComponent?.string else { return nil }
            return findExecutable(file, searchPath: path.removingLastComponent().string)
        }
        let names = name == "terraform" ? [name, "tofu"] : [name]
        return names.lazy.compactMap { findExecutable($0, searchPath: environment["PATH"]) }.first
    }

    /// - Throws: a `Diagnostic` when this version does not satisfy the constraint.
    package func require(_ constraint: Located<String>, wantedBy whom: String) throws {
        guard try !VersionConstraint(constraint).contains(version) else { return }
        throw Diagnostic.error(
            "\(whom) wants Terraform `\(constraint.value)`, and this is \(version)", at: constraint.location,
            hint: "Install a version that fits, or name another program in `stack.yaml`")
    }

    private static func ask(_ path: FilePath, _ environment: [String: String]) async throws -> TerraformBinary {
        let built = TerraformEnvironment.build(caller: environment, runID: "version")
        let command = ChildCommand(
            .path(path), arguments: VersionCommand().arguments, environment: built.variables)
        let output = try await collect(command, timeout: .seconds(30))
        guard output.exit.isSuccess, let binary = try? TerraformBinary(versionOutput: output.standardOutput) else {
            throw Diagnostic.error(
                "`\(path) version -json` did not answer as Terraform does",
                notes: [Diagnostic.Note(String(decoding: output.standardError.prefix(500), as: UTF8.self))])
        }
        return binary
    }

    private struct Answer: Codable {
        let identity: FileIdentity
        let binary: TerraformBinary
    }
}

extension TerraformTool: CustomStringConvertible {
    /// `terraform 1.11.4`
    package var description: String { "\(binary.flavor.rawValue) \(version)" }
}

/// What tells a file from a later one at the same path.
private struct FileIdentity: Codable, Equatable {
    let path: String
    let device: UInt64
    let inode: UInt64
    let size: Int64
    let modifiedSeconds: Int
    let modifiedNanoseconds: Int

    init?(_ path: FilePath) {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return nil }
        self.path = path.string
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modifiedSeconds = status.st_mtim.tv_sec
        modifiedNanoseconds = status.st_mtim.tv_nsec
    }
}
