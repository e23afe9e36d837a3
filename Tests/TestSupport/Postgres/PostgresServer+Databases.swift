import Foundation

extension PostgresServer {
    /// Makes a database in which nothing is.
    ///
    /// - Parameter language: whose order of words it sorts by, as `de-DE`; by the bytes of UTF-8 when nil. Needs
    ///   PostgreSQL 15 or newer.
    /// - Returns: its URL.
    package func makeDatabase(sortedAs language: String? = nil) async throws -> String {
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        let order = language.map { " TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE '\($0)'" } ?? ""
        _ = try await run(sql: "CREATE DATABASE \(name)\(order)", in: url)
        return String(url.dropLast("postgres".count)) + name
    }

    /// Removes a database, and ends the sessions in it.
    package func dropDatabase(_ database: String) async throws {
        let name = database.split(separator: "/").last.map(String.init) ?? ""
        _ = try await run(sql: "DROP DATABASE \(name) WITH (FORCE)", in: url)
    }

    /// Runs statements, each in a transaction of its own.
    ///
    /// - Returns: the rows: a line for each, with bars between its columns.
    /// - Throws: `Timeout` with PostgreSQL's words at the first statement that fails.
    package func run(sql: String, in database: String) async throws -> String {
        try await psql(programs + "/psql", sql, in: database)
    }
}

/// Gives the body the URL of a fresh database of the shared server, and drops it afterwards.
package func withDatabase<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let server = try await PostgresServer.shared()
    let database = try await server.makeDatabase()
    do {
        let value = try await body(database)
        try await server.dropDatabase(database)
        return value
    } catch {
        try? await server.dropDatabase(database)
        throw error
    }
}

/// Runs statements through a `psql`, which gives up a connection that is not answered after ten seconds.
func psql(_ program: String, _ sql: String, in database: String) async throws -> String {
    let options = ["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", database]
    let output = try await run(program, options, input: sql).stdout
    return String(output.hasSuffix("\n") ? output.dropLast() : output[...])
}

/// Runs a program that belongs to no project.
///
/// - Throws: `Timeout` with what it has written when it fails.
@discardableResult
func run(_ program: String, _ arguments: String...) async throws -> CommandResult {
    try await run(program, arguments, input: "")
}

private func run(_ program: String, _ arguments: [String], input: String) async throws -> CommandResult {
    try await withTemporaryFolder { folder in
        try Data(input.utf8).write(to: URL(filePath: folder + "/input"))
        let process = try RunningProcess.start(
            program, arguments, input: folder + "/input", outputsIn: folder, environment: ["PGCONNECT_TIMEOUT": "10"])
        let result = try await process.result()
        guard result.exitCode == 0 else { throw Timeout(result.description) }
        return result
    }
}
