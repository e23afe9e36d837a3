import CPostgres
import Diagnostics
import FoundationEssentials
import Glibc

/// One connection of libpq, in its pipeline mode: what begins a transaction travels together with its first statement.
///
/// Every call blocks the thread until the server has answered, the deadline has passed or the task is cancelled. After
/// either of the last two, and after every failure of the connection, it can only be thrown away.
final class PostgresConnection {
    struct Statement {
        let sql: String
        var arguments: [SQLValue] = []
        /// Looks at the answer.
        var check: (PostgresResult) throws -> Void = { _ in }
    }

    private let pq: libpq
    private let handle: OpaquePointer
    /// What is sent with the next statement.
    private var waiting: [Statement] = []
    private let answerTime: Duration
    /// How many more statements may be run; nil for any number.
    private var statementsLeft: Int?

    /// - Parameters:
    ///   - url: as libpq understands it; what it leaves open comes from libpq's environment and files.
    ///   - answerTime: how long the server may take for one answer.
    /// - Throws: a `PostgresFailure` when there is no connection; a `Diagnostic` when the server is too old, or libpq not
    ///   installed.
    init(_ url: String, answerTime: Duration) throws {
        let pq = try libpq.loaded()
        self.pq = pq
        self.answerTime = answerTime
        let connection = pq.connect(to: url)
        guard let connection, pq.PQstatus(connection) == CONNECTION_OK else {
            defer { pq.PQfinish(connection) }
            throw PostgresFailure(
                state: nil, message: firstLine(text(of: pq.PQerrorMessage(connection))),
                isRefusal: pq.PQconnectionUsedPassword(connection) == 1)
        }
        handle = connection
        guard pq.PQserverVersion(handle) >= oldestServer else {
            throw Diagnostic.error(
                "the server is PostgreSQL \(pq.PQserverVersion(handle) / 10_000), and 13 or newer is wanted",
                hint: "Upgrade it, or name another in STACK_DATABASE_URL")
        }
        // By default they go to standard error.
        _ = pq.PQsetNoticeProcessor(handle, { _, _ in }, nil)
        guard pq.PQsetnonblocking(handle, 1) == 0, pq.PQenterPipelineMode(handle) == 1 else { throw lost() }
    }

    deinit { pq.PQfinish(handle) }

    /// The server and the database, for people; without user and password.
    var place: String {
        let (host, port, database) = (
            text(of: pq.PQhost(handle)), text(of: pq.PQport(handle)), text(of: pq.PQdb(handle))
        )
        return host.hasPrefix("/") ? "postgres:///\(database)?host=\(host)" : "postgres://\(host):\(port)/\(database)"
    }

    /// Sends a statement together with the next one that is waited for.
    func queue(_ statement: Statement) { waiting.append(statement) }

    func forgetQueue() { waiting = [] }

    /// Does what takes one statement and no transaction.
    ///
    /// - Returns: nil when it takes more than one: what they read would not fit together.
    func whileAlone<Value>(_ work: () throws -> Value) throws -> Value? {
        statementsLeft = 1
        defer { statementsLeft = nil }
        do { return try work() } catch is SecondStatement { return nil }
    }

    private struct SecondStatement: Error {}

    /// Sends what waits, and this, and waits for all answers.
    ///
    /// - Throws: the first `PostgresFailure`, or what a check throws.
    @discardableResult
    func run(
        _ statement: Statement, isCancellable: Bool = true, within answerTime: Duration? = nil
    ) throws -> PostgresResult {
        if let left = statementsLeft {
            guard left > 0 else { throw SecondStatement() }
            statementsLeft = left - 1
        }
        let statements = waiting + [statement]
        waiting = []
        let deadline = ContinuousClock.now + (answerTime ?? self.answerTime)
        for statement in statements { try send(statement) }
        guard pq.PQpipelineSync(handle) == 1 else { throw lost() }
        try flush(until: deadline, isCancellable)
        var problem: (any Error)?
        var last: PostgresResult?
        for statement in statements {
            let answer = try nextResult(until: deadline, isCancellable)
            if let failure = answer.failure, failure.isLostConnection { throw failure }
            // Nothing marks the end of this statement's answer.
            _ = try result(until: deadline, isCancellable)
            last = answer
            guard problem == nil else { continue }
            do {
                if let failure = answer.failure { throw failure }
                try statement.check(answer)
            } catch {
                problem = error
            }
        }
        // All are answered: from here on it can be used again.
        while try nextResult(until: deadline, isCancellable).status != PGRES_PIPELINE_SYNC {}
        if let problem { throw problem }
        guard let last else { throw lost() }
        return last
    }

    /// Runs statements that have no parameters, as one.
    func run(script: String) throws {
        try run(Statement(sql: "SELECT 1"))
        // Only outside of it several can be sent at once.
        guard pq.PQexitPipelineMode(handle) == 1, pq.PQsendQuery(handle, script) == 1 else { throw lost() }
        let deadline = ContinuousClock.now + .seconds(600)
        try flush(until: deadline, true)
        var failure: PostgresFailure?
        while let result = try result(until: deadline, true) { failure = failure ?? result.failure }
        if let failure { throw failure }
        guard pq.PQenterPipelineMode(handle) == 1 else { throw lost() }
    }

    private func send(_ statement: Statement) throws {
        let arguments = statement.arguments.map(WireValue.init)
        defer { for argument in arguments { argument.free() } }
        let isSent = pq.PQsendQueryParams(
            handle, statement.sql, Int32(arguments.count), arguments.map(\.type), arguments.map { $0.bytes },
            arguments.map(\.length), arguments.map { _ in 1 }, 1)
        guard isSent == 1 else { throw lost() }
    }

    private func flush(until deadline: ContinuousClock.Instant, _ isCancellable: Bool) throws {
        while true {
            switch pq.PQflush(handle) {
            case 0: return
            case 1:
                // The server may want to be read before it reads on.
                try wait(for: POLLIN | POLLOUT, until: deadline, isCancellable)
                guard pq.PQconsumeInput(handle) == 1 else { throw lost() }
            default: throw lost()
            }
        }
    }

    /// - Returns: nil at the end of one statement's answer.
    private func result(until deadline: ContinuousClock.Instant, _ isCancellable: Bool) throws -> PostgresResult? {
        while pq.PQisBusy(handle) == 1 {
            try wait(for: POLLIN, until: deadline, isCancellable)
            guard pq.PQconsumeInput(handle) == 1 else { throw lost() }
        }
        return pq.PQgetResult(handle).map { PostgresResult(owning: $0, of: pq) }
    }

    private func nextResult(until deadline: ContinuousClock.Instant, _ isCancellable: Bool) throws -> PostgresResult {
        guard let result = try result(until: deadline, isCancellable) else { throw lost() }
        return result
    }

    private func wait(for events: Int32, until deadline: ContinuousClock.Instant, _ isCancellable: Bool) throws {
        if isCancellable { try Task.checkCancellation() }
        guard ContinuousClock.now < deadline else {
            throw PostgresFailure(state: nil, message: "the server does not answer")
        }
        var descriptor = pollfd(fd: pq.PQsocket(handle), events: Int16(events), revents: 0)
        guard descriptor.fd >= 0 else { throw lost() }
        // Also when nothing has come: what TLS has read already is not seen here.
        _ = poll(&descriptor, 1, 100)
    }

    private func lost() -> PostgresFailure {
        PostgresFailure(state: nil, message: firstLine(text(of: pq.PQerrorMessage(handle))))
    }
}

extension libpq {
    /// - Returns: a connection, or what went wrong with it; nil when there is no memory.
    fileprivate func connect(to url: String) -> OpaquePointer? {
        // A later one overrides an earlier one, and those of the URL stand in the middle.
        var parameters = [
            ("fallback_application_name", "stack"), ("keepalives_idle", "15"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "20000"),
        ]
        if getenv("PGCONNECT_TIMEOUT") == nil { parameters.append(("connect_timeout", "10")) }
        // Of several hosts never one that is behind the others.
        if getenv("PGTARGETSESSIONATTRS") == nil { parameters.append(("target_session_attrs", "read-write")) }
        parameters += [("dbname", url), ("client_encoding", "UTF8")]
        let keywords = parameters.map { strdup($0.0) }
        let values = parameters.map { strdup($0.1) }
        defer { for text in keywords + values { free(text) } }
        return PQconnectdbParams(
            keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
    }
}

extension PostgresConnection: SQLConnection {
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try run(Statement(sql: sql, arguments: arguments)).changes
    }

    func rows(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow] {
        try run(Statement(sql: sql, arguments: arguments)).rows()
    }

    /// Texts are compared byte by byte, as SQLite does: in a database of some language names would have another order,
    /// and times might.
    func executeScript(_ sql: String) throws {
        try run(script: sql.replacing(" TEXT", with: " TEXT COLLATE \"C\""))
    }

    /// Not by `to_regclass`, which remembers that there was none: of what another session has made meanwhile it hears only
    /// when some table is opened.
    func hasTable(_ name: String) throws -> Bool {
        try row(
            "SELECT 1 AS found FROM pg_catalog.pg_class WHERE relname = $1 AND pg_catalog.pg_table_is_visible(oid)",
            [.text(name)]) != nil
    }

    func clock() throws -> Int {
        try row("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS now", [])?.integer("now") ?? 0
    }

    func lockSchema() throws {
        let limits = "set_config('statement_timeout', '600s', true), set_config('lock_timeout', '600s', true)"
        try run(Statement(sql: "SELECT \(limits)"))
        try run(Statement(sql: "SELECT pg_advisory_xact_lock(\(schemaLock))"), within: .seconds(600))
    }
}

/// Any number that nobody else is likely to take: the bytes of "stack".
private let schemaLock = 0x73_74_61_63_6b

/// As `PQserverVersion` counts.
private let oldestServer = 130_000
