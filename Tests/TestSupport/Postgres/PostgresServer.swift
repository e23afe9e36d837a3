import Foundation
import Glibc
import Synchronization

/// A real PostgreSQL for tests, which ends with the process of the tests at the latest. One for all of them is `shared()`;
/// a test that stops its server, or takes it back, has one of its own: `withPostgresServer`.
package final class PostgresServer: Sendable {
    /// The URL of the database `postgres`.
    package let url: String
    /// Its port on 127.0.0.1; the same for as long as the server exists, stopped or not.
    package let port: UInt16
    /// The folder of PostgreSQL's programs of this version.
    let programs: String
    private let script: Mutex<PostgresScript?>

    private init(_ script: PostgresScript) async throws {
        guard let port = URLComponents(string: script.url)?.port.flatMap(UInt16.init(exactly:)) else {
            throw Timeout("there is no port in `\(script.url)`")
        }
        url = script.url
        self.port = port
        // Debian's `psql` in PATH is a Perl program that looks for this one, which takes three times as long.
        programs = (try await psql("psql", "SELECT setting FROM pg_config WHERE name = 'BINDIR'", in: url))
        self.script = Mutex(script)
    }

    private static let first = Task {
        try await withTemporaryFolder { folder in
            try await PostgresServer(PostgresScript.start([], outputsIn: folder))
        }
    }

    /// The one server of this process, started when it is asked for first. It is fast, and not durable.
    package static func shared() async throws -> PostgresServer { try await first.value }

    /// A server that keeps its data in a folder.
    fileprivate static func start(in folder: String, options: [String]) async throws -> PostgresServer {
        let script = try await PostgresScript.start(["--directory", folder + "/data"] + options, outputsIn: folder)
        do {
            return try await PostgresServer(script)
        } catch {
            try? await script.end(by: SIGQUIT)
            throw error
        }
    }

    fileprivate func start(again options: [String], in folder: String) async throws {
        let options = ["--directory", folder + "/data", "--port", "\(port)"] + options
        let script = try await PostgresScript.start(options, outputsIn: folder)
        self.script.withLock { $0 = script }
    }

    fileprivate func stop(by signal: Int32) async throws {
        try await script.withLock { script in
            defer { script = nil }
            return script
        }?.end(by: signal)
    }
}

/// A server of a test's own: it can be stopped, started again, and taken back to an older copy of its data.
package struct OwnPostgresServer: Sendable {
    package let server: PostgresServer
    private let folder: String
    private let options: [String]

    fileprivate init(folder: String, options: [String]) async throws {
        self.folder = folder
        self.options = options
        server = try await PostgresServer.start(in: folder, options: options)
    }

    /// How a server is stopped.
    package enum Stop: Sendable {
        /// When it ends its sessions, writes everything down and goes.
        case fast
        /// When it goes at once, as in a crash; it recovers when it is started again.
        case immediate
    }

    package func stop(_ stop: Stop) async throws {
        try await server.stop(by: stop == .fast ? SIGTERM : SIGQUIT)
    }

    /// Starts it again after a stop: on the same port, with the data that is there.
    package func start() async throws { try await server.start(again: options, in: folder) }

    /// Copies the data while the server runs.
    ///
    /// - Returns: what `goBack` takes.
    package func copyData() async throws -> String {
        let copy = folder + "/copy-" + UUID().uuidString
        try await run(
            server.programs + "/pg_basebackup", "--dbname=\(server.url)", "--pgdata=\(copy)", "--checkpoint=fast",
            "--no-sync")
        try await run("chown", "--recursive", "--reference=\(folder)/data", copy)
        return copy
    }

    /// Puts a copy in the place of the data of the stopped server, which knows nothing then of what came after the copy.
    package func goBack(to copy: String) async throws {
        try FileManager.default.removeItem(atPath: folder + "/data")
        try await run("cp", "--archive", copy, folder + "/data")
    }
}

/// Gives the body a server of its own, and ends and removes it afterwards.
///
/// - Parameter options: of `scripts/temporary-postgres`, such as `--durable`.
package func withPostgresServer<Value>(
    _ options: String..., body: (OwnPostgresServer) async throws -> Value
) async throws -> Value {
    try await withTemporaryFolder { folder in
        let own = try await OwnPostgresServer(folder: folder, options: options)
        do {
            let value = try await body(own)
            try await own.stop(.immediate)
            return value
        } catch {
            try? await own.stop(.immediate)
            throw error
        }
    }
}
