import Definitions
import Diagnostics
import Files
import Records
package import SystemPackage

/// Where the records of a project are kept.
package enum DatabasePlace: Hashable, Sendable {
    /// On this machine.
    case file(FilePath)
    /// In a PostgreSQL that others share: its URL, which may hold a password.
    case server(String)

    /// - Parameter environment: `STACK_DATABASE_URL` names a server.
    init(dataFolder: FilePath, environment: [String: String]) {
        if let url = environment[databaseVariable], !url.isEmpty {
            self = .server(url)
        } else {
            self = .file(Self.file(in: dataFolder))
        }
    }

    /// Where records are to be moved to.
    ///
    /// - Parameters:
    ///   - argument: a URL, or the path of the project's own file: no other is ever looked for.
    ///   - folder: where a relative path begins.
    /// - Throws: a `Diagnostic` when it is neither.
    package init(
        moveTo argument: String, from folder: FilePath, root: FilePath, environment: [String: String]
    ) throws {
        if ["postgres://", "postgresql://"].contains(where: argument.hasPrefix) {
            self = .server(argument)
            return
        }
        let file = Self.file(in: ProjectStore.dataFolder(of: root, environment)).lexicallyNormalized()
        guard folder.pushing(FilePath(argument)).lexicallyNormalized() == file else {
            throw Diagnostic.error(
                "`--to` names neither a PostgreSQL nor the file of this project: `\(argument)`",
                hint: "A server is named by its URL, postgres://USER@HOST:PORT/DATABASE; the file is `\(file)`",
                outcome: .usage)
        }
        self = .file(file)
    }

    private static func file(in dataFolder: FilePath) -> FilePath { dataFolder.appending("stack.db") }

    package var isServer: Bool {
        switch self {
        case .file: false
        case .server: true
        }
    }

    /// Whether it is a file that is there.
    var isKnownToExist: Bool {
        switch self {
        case .file(let file): exists(file)
        case .server: false
        }
    }

    /// Whether anything was begun with the project there, as far as that can be known without asking a server.
    func isBegun(root: FilePath) throws -> Bool {
        switch self {
        case .file(let file): exists(file)
        case .server: try StackLock.read(root: root) != nil
        }
    }

    /// - Parameter name: what named a server, for people.
    func open(namedBy name: String = databaseVariable) async throws -> RecordsDatabase {
        switch self {
        case .file(let file): try await RecordsDatabase(sqliteAt: file)
        case .server(let url): try await RecordsDatabase(postgres: url, namedBy: name)
        }
    }

    /// The open database for people, wherever they are: a server without its password, or a file and its host.
    func name(of database: RecordsDatabase) -> String {
        switch self {
        case .file(let file): "\(file) on \(hostName())"
        case .server: database.placeInLock
        }
    }
}

/// Names the PostgreSQL that a project's records are kept in.
package let databaseVariable = "STACK_DATABASE_URL"

/// Whether a place that `stack.lock` names is a server: others are hosts.
func isServer(_ place: String) -> Bool { place.hasPrefix("postgres://") }

/// What has to be done to work with records that are kept at a place that `stack.lock` names.
func hint(toReach place: String) -> String {
    isServer(place)
        ? "Set \(databaseVariable) to that database, with your user in it, and STACK_ENCRYPTION_KEY to the project's key"
        : "Run the command there, or restore a backup of that database here"
}

extension RecordsDatabase {
    /// What `stack.lock` says of where a state is kept, for people: the server, or this host.
    var placeInLock: String { server ?? hostName() }
}
