import Definitions
import Files
import Records
import SystemPackage

/// Where the records of a project are kept.
enum DatabasePlace {
    /// On this machine.
    case file(FilePath)
    /// In a PostgreSQL that others share: its URL, which may hold a password.
    case server(String)

    /// - Parameter environment: `STACK_DATABASE_URL` names a server.
    init(dataFolder: FilePath, environment: [String: String]) {
        if let url = environment[databaseVariable], !url.isEmpty {
            self = .server(url)
        } else {
            self = .file(dataFolder.appending("stack.db"))
        }
    }

    /// Whether something may be kept there already, as far as that can be known without asking a server.
    var isKnownToExist: Bool {
        switch self {
        case .file(let file): exists(file)
        case .server: false
        }
    }

    func open() async throws -> RecordsDatabase {
        switch self {
        case .file(let file): try await RecordsDatabase(sqliteAt: file)
        case .server(let url): try await RecordsDatabase(postgres: url)
        }
    }
}

/// Names the PostgreSQL that a project's records are kept in.
package let databaseVariable = "STACK_DATABASE_URL"

/// What has to be done to work with records that are kept at a place that `stack.lock` names.
func hint(toReach place: String) -> String {
    place.hasPrefix("postgres")
        ? "Set \(databaseVariable) to that database, and STACK_ENCRYPTION_KEY to the project's key"
        : "Run the command there, or restore a backup of that database here"
}
