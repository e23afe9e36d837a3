import ChildProcess
import Diagnostics
import Files
import FoundationEssentials
import NIOCore
package import SystemPackage

/// How processes of one provider are started: as Terraform does it, but without encryption between the two.
struct ProviderLaunch: Sendable {
    let program: FilePath
    /// Where Terraform works.
    let folder: FilePath
    /// What the provider gets; see `environment(_:scratch:)`.
    let environment: [String: String]
    /// For sockets, and for what the provider writes: a folder that is removed in the end.
    let scratch: FilePath
    let starter: ProviderStarter
    /// Its thread is the parent of the processes, and lives as long as this program.
    let loop: any EventLoop

    /// Terraform itself waits for so long.
    private static let patience = Duration.seconds(60)

    /// What Terraform gives to a provider, but for the certificate that asks for encryption.
    static func environment(_ inherited: [String: String], scratch: FilePath) -> [String: String] {
        var environment = inherited
        environment["PLUGIN_CLIENT_CERT"] = nil
        environment["TF_REATTACH_PROVIDERS"] = nil
        environment["TF_PLUGIN_MAGIC_COOKIE"] = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
        environment["PLUGIN_PROTOCOL_VERSIONS"] = "5,6"
        environment["TMPDIR"] = scratch.string
        environment["PLUGIN_UNIX_SOCKET_DIR"] = scratch.string
        return environment
    }

    /// - Parameter name: of its files in the scratch folder.
    /// - Throws: a `Diagnostic` when it does not start, or nobody could talk to it.
    func start(_ name: String) async throws -> ProviderProcess {
        let (output, errors) = (scratch.appending("\(name).out"), scratch.appending("\(name).err"))
        let child = try await loop.submit {
            try BoundChild.start(
                program, in: folder, environment: environment, starter: starter.program, arguments: starter.arguments,
                output: output, error: errors)
        }.get()
        do {
            let handshake = try await handshake(of: child, in: output, errors: errors)
            return try await ProviderProcess(child, handshake, errors: errors, loop: loop)
        } catch {
            child.kill()
            throw error
        }
    }

    /// Its output is a file and not a pipe, so that it lives on, if it shall, when nobody reads any more.
    private func handshake(of child: BoundChild, in output: FilePath, errors: FilePath) async throws -> Handshake {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            // Looked at first: what it has written before its end counts.
            let hasEnded = child.hasEnded
            let text = try readFile(output) ?? Data()
            if let end = text.firstIndex(of: UInt8(ascii: "\n")) {
                return try Handshake(String(decoding: text[..<end], as: UTF8.self))
            }
            guard !hasEnded else {
                let words = String(decoding: try readFile(errors) ?? Data(), as: UTF8.self)
                throw Diagnostic.error("it ended at once: \(words.split(separator: "\n").last ?? "")")
            }
            guard ContinuousClock.now < deadline else {
                throw Diagnostic.error("it has not said within \(Self.patience) where it listens")
            }
            try await Task.sleep(for: .milliseconds(3))
        }
    }
}

/// The program that becomes a provider: it calls `becomeBoundChild` with the words that follow the arguments.
package struct ProviderStarter: Hashable, Sendable {
    let program: FilePath
    let arguments: [String]

    package init(program: FilePath, arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }
}
