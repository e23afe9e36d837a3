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
    /// start of Terraform costs more than all else before a plan. Of a version manager's stand-in it is not: that one
    /// answers otherwise tomorrow.
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
        let file = memory(cacheFolder)
        let stamp = isProgramItself(path) ? FileIdentity(path) : nil
        if let stamp, let data = try readFile(file), let known = try? JSONDecoder().decode(Answer.self, from: data),
            known.identity == stamp
        {
            return TerraformTool(path: path, binary: known.binary)
        }
        let binary = try await ask(path, environment, root)
        if let stamp {
            try makePrivateFolder(cacheFolder)
            try writeFile(try JSONEncoder().encode(Answer(identity: stamp, binary: binary)), to: file)
        }
        return TerraformTool(path: path, binary: binary)
    }

    /// Asks the program again the next time: it was not what was remembered of it.
    package static func forget(cacheFolder: FilePath) throws { try removeTree(memory(cacheFolder)) }

    private static func memory(_ cacheFolder: FilePath) -> FilePath { cacheFolder.appending("terraform.json") }

    /// Not a script, and not a link to something of another name: tfenv and asdf, and mise, stand in for Terraform so.
    private static func isProgramItself(_ path: FilePath) -> Bool {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return false }
        defer { try? file.close() }
        var start = [UInt8](repeating: 0, count: 2)
        let count = try? start.withUnsafeMutableBytes { try file.read(into: $0) }
        guard count == 2, start != Array("#!".utf8), let target = realpath(path.string, nil) else { return false }
        defer { free(target) }
        let name = FilePath(platformString: target).lastComponent?.string ?? ""
        return name.hasPrefix("terraform") || name.hasPrefix("tofu")
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

    /// From the project's folder, by which version managers choose.
    private static func ask(
        _ path: FilePath, _ environment: [String: String], _ root: FilePath
    ) async throws -> TerraformBinary {
        let built = TerraformEnvironment.build(caller: environment, runID: "version")
        let command = ChildCommand(
            .path(path), arguments: VersionCommand().arguments, environment: built.variables, workingDirectory: root)
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
