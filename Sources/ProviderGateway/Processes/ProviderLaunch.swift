import ChildProcess
import Diagnostics
import NIOCore
import SystemPackage

/// How processes of one provider are started: as Terraform does it, but without encryption between the two.
struct ProviderLaunch: Sendable {
    let program: FilePath
    /// Where Terraform works.
    let folder: FilePath
    /// What Terraform has, and gives to its providers.
    let environment: [String: String]
    /// For sockets, and for what the provider writes: a folder that is removed in the end.
    let scratch: FilePath
    /// Its thread is the parent of the processes, and lives as long as this program.
    let loop: any EventLoop

    /// Terraform itself waits for so long.
    static let patience = Duration.seconds(60)

    /// The same for another Terraform.
    func from(folder: FilePath, environment: [String: String]) -> ProviderLaunch {
        ProviderLaunch(
            program: program, folder: folder, environment: environment, scratch: scratch, loop: loop)
    }

    /// - Throws: a `Diagnostic` when it does not start, or nobody could talk to it.
    func start() async throws -> ProviderProcess {
        let child = try await loop.submit {
            try BoundChild.start(program, in: folder, environment: ofProvider)
        }.get()
        do {
            let output = try await ProviderOutput(of: child, on: loop)
            do {
                let handshake = try Handshake(try await output.firstLine(within: Self.patience))
                return try await ProviderProcess(child, handshake, output: output, loop: loop)
            } catch {
                await output.close()
                throw error
            }
        } catch {
            child.kill()
            throw error
        }
    }

    /// What Terraform gives to a provider, but for the certificate that asks for encryption.
    private var ofProvider: [String: String] {
        var environment = environment
        environment["PLUGIN_CLIENT_CERT"] = nil
        environment["TF_REATTACH_PROVIDERS"] = nil
        environment["TF_PLUGIN_MAGIC_COOKIE"] = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
        environment["PLUGIN_PROTOCOL_VERSIONS"] = "5,6"
        environment["TMPDIR"] = scratch.string
        environment["PLUGIN_UNIX_SOCKET_DIR"] = scratch.string
        return environment
    }
}
