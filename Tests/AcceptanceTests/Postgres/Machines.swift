import Foundation
import TestSupport

/// What seals a project's records, in the form of `STACK_ENCRYPTION_KEY`.
func makeKey() -> String { Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString() }

/// Gives the body a project whose records are kept in a PostgreSQL.
///
/// - Parameter url: of the database.
func withSharedProject<Value>(
    at url: String, key: String = makeKey(), _ body: (TestProject) async throws -> Value
) async throws -> Value {
    try await withProject(environment: ["STACK_DATABASE_URL": url, "STACK_ENCRYPTION_KEY": key], body)
}

/// Gives the body the project as another machine has it: a clone of what is committed, a data folder of its own, and a host
/// of another name and start, so that nothing can be told of processes on either from the other.
///
/// - Parameters:
///   - host: its name.
///   - url: how the machine reaches the database; as the project does when nil.
func withClone<Value>(
    of project: TestProject, on host: String, at url: String? = nil, _ body: (TestProject) async throws -> Value
) async throws -> Value {
    var environment = project.environment.filter { $0.key.hasPrefix("STACK_") }
    environment["USER"] = "user-of-\(host)"
    if let url { environment["STACK_DATABASE_URL"] = url }
    return try await withProject(environment: environment) { clone in
        let bootID = "\(clone.scratch)/boot-id"
        try clone.write(UUID().uuidString.lowercased() + "\n", to: bootID)
        let enter = "hostname \(host) && mount --bind \(bootID) /proc/sys/kernel/random/boot_id && exec \"$@\""
        clone.callStack(
            by: ["unshare", "--user", "--map-root-user", "--uts", "--mount", "sh", "-c", enter, "sh"]
                + (try project.call))
        try clone.takeOver(from: project)
        return try await body(clone)
    }
}

extension TestProject {
    /// Copies what another clone would have committed.
    func takeOver(from other: TestProject) throws {
        for file in other.files() where !file.hasPrefix(".stack/") { try write(try other.read(file), to: file) }
    }

    /// What a query gives of the database that the project is kept in: a line for each row, with bars between its columns.
    func rows(_ sql: String) async throws -> [String] {
        let database = environment["STACK_DATABASE_URL"] ?? ""
        let result = try await run("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql)
        guard result.exitCode == 0 else { throw Timeout(result.description) }
        return result.stdout.split(separator: "\n").map(String.init)
    }
}
