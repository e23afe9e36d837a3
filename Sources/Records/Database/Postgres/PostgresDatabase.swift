import CPostgres
import Diagnostics
import FoundationEssentials

/// A PostgreSQL that several machines share.
///
/// It holds one connection, which is made when it is first needed, and made again when it was lost. A transaction of which
/// nothing was kept is run again then, for as long as the patience lasts; of one whose end was not heard the server is
/// asked whether it was kept. No state of a session is relied on, so a pooler may stand in between.
actor PostgresDatabase: SQLDatabase {
    private let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let url: String
    private let name: String
    private let patience: Duration
    private let answerTime: Duration
    private var connection: PostgresConnection?
    /// The server and the database, for people; nil before the first connection.
    private(set) var place: String?

    /// - Parameters:
    ///   - name: what the URL was given with.
    ///   - patience: how long a server that was there is waited for when it is gone.
    ///   - answerTime: how long it may take for one answer; by default longer than it lets itself be busy with one.
    init(
        _ url: String, namedBy name: String = "STACK_DATABASE_URL", patience: Duration,
        answerTime: Duration = .seconds(40)
    ) {
        self.url = url
        self.name = name
        self.patience = patience
        self.answerTime = answerTime
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        let begin = ContinuousClock.now
        while true {
            do {
                let connection = try connected()
                // Most reads are one statement, which needs no transaction around it: one way to the server and back.
                if let value = try connection.whileAlone({ try body(connection) }) { return value }
                connection.queue(.init(sql: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"))
                let value = try perform(body, on: connection)
                try connection.run(.init(sql: "COMMIT"))
                return value
            } catch {
                try await pause(after: error, since: begin)
            }
        }
    }

    func write<Value: Sendable>(
        holding locks: [RowLock], _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        let begin = ContinuousClock.now
        while true {
            do {
                switch try attempt(body, holding: locks) {
                case .kept(let value): return value
                case .unheard(let value, let transaction):
                    if try await wasKept(transaction) { return value }
                }
            } catch {
                try await pause(after: error, since: begin)
            }
        }
    }

    func close() { connection = nil }

    private enum End<Value> {
        case kept(Value)
        /// The connection was lost between the question and its answer.
        case unheard(Value, Transaction)
    }

    /// How a server knows a transaction. A server that took over from another may give the same number again, on a timeline
    /// of its own.
    private struct Transaction {
        let id: String
        let timeline: String
    }

    private func attempt<Value: Sendable>(
        _ body: @Sendable (any SQLConnection) throws -> Value, holding locks: [RowLock]
    ) throws -> End<Value> {
        let connection = try connected()
        connection.queue(.init(sql: "BEGIN ISOLATION LEVEL READ COMMITTED"))
        // Whoever is cut off in the middle must not hold his rows for longer than another waits for them. What is said to be
        // kept is on the disk.
        connection.queue(
            .init(
                sql: """
                    SELECT set_config('lock_timeout', '20s', true), set_config('statement_timeout', '30s', true),
                    set_config('idle_in_transaction_session_timeout', '15s', true),
                    set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                        ELSE current_setting('synchronous_commit') END, true)
                    """))
        for lock in locks { connection.queue(lock.statement) }
        var transaction: Transaction?
        connection.queue(
            .init(sql: "SELECT CAST(pg_current_xact_id() AS TEXT) AS id, \(timeline)") {
                transaction = try $0.rows().first.map {
                    Transaction(id: try $0.text("id"), timeline: try $0.text("timeline"))
                }
            })
        let value = try perform(body, on: connection)
        do {
            let answer = try connection.run(.init(sql: "COMMIT"), isCancellable: false)
            // Where a statement failed and the body went on, there is nothing to keep.
            guard answer.command == "COMMIT" else {
                throw Diagnostic.error("a transaction was not kept", outcome: .internalFailure)
            }
            return .kept(value)
        } catch let failure as PostgresFailure where failure.isLostConnection {
            self.connection = nil
            guard let transaction else { throw failure }
            return .unheard(value, transaction)
        }
    }

    /// Does the work of a transaction, of which nothing stays when it fails.
    private func perform<Value>(
        _ body: (any SQLConnection) throws -> Value, on connection: PostgresConnection
    ) throws -> Value {
        do {
            return try body(connection)
        } catch {
            connection.forgetQueue()
            // A connection that takes no command any more ends the transaction by its own end.
            if (try? connection.run(.init(sql: "ROLLBACK"))) == nil { self.connection = nil }
            throw error
        }
    }

    /// Asks what became of a transaction, for as long as the patience lasts: until that is known it is not run again.
    ///
    /// - Throws: a `Diagnostic` when nobody can tell.
    private func wasKept(_ transaction: Transaction) async throws -> Bool {
        let deadline = ContinuousClock.now + patience
        let question = PostgresConnection.Statement(
            sql: "SELECT pg_xact_status('\(transaction.id)'::xid8) AS status, \(timeline)")
        while true {
            var reason = "it is still at work on it"
            do {
                let answer = try connected().run(question).rows().first
                let status = try answer?.optionalText("status")
                if try answer?.text("timeline") != transaction.timeline {
                    reason = "it has taken over from another server"
                } else if status != "in progress" {
                    return status == "committed"
                }
            } catch let failure as PostgresFailure {
                // One that does not know so new a transaction is another server, in which it was not kept.
                if failure.isUnknownTransaction { return false }
                connection = nil
                reason = failure.message
            }
            guard ContinuousClock.now < deadline else { throw unheardEnd(reason) }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func connected() throws -> PostgresConnection {
        if let connection { return connection }
        let new = try PostgresConnection(url, answerTime: answerTime)
        connection = new
        place = new.place
        return new
    }

    /// Waits before another attempt.
    ///
    /// - Throws: the error, for people, when another attempt is of no use.
    private func pause(after error: any Error, since begin: ContinuousClock.Instant) async throws {
        guard let failure = error as? PostgresFailure else {
            // What waited for an answer has left the connection in the middle of it.
            if error is CancellationError { connection = nil }
            throw error
        }
        if failure.isLostConnection { connection = nil }
        // One that was never there may be named wrongly; but a first connection may also be cut off while it is made.
        let patience = place == nil ? min(patience, failure.isRefusal ? .zero : firstPatience) : patience
        guard failure.isConflict || failure.isLostConnection, ContinuousClock.now - begin < patience else {
            throw failure.diagnostic(place, namedBy: name)
        }
        try await Task.sleep(for: .milliseconds(failure.isConflict ? Int.random(in: 1...20) : 200))
    }
}

/// The first eight digits of what a segment of the log is called.
private let timeline = "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS timeline"

/// How long a server is waited for that was never there.
private let firstPatience = Duration.seconds(1)

extension RowLock {
    fileprivate var statement: PostgresConnection.Statement {
        let strength =
            switch mode {
            case .shared: "KEY SHARE"
            case .exclusive: "NO KEY UPDATE"
            case .alone: "UPDATE"
            }
        return .init(sql: "\(sql) FOR \(strength)", arguments: arguments) { [missing] answer in
            if let missing, answer.rowCount == 0 { throw missing }
        }
    }
}

/// Nobody can tell whether a transaction was kept.
private func unheardEnd(_ reason: String) -> Diagnostic {
    .error(
        "the database has not said whether it has kept what was written: \(reason)",
        hint: "Once it can be reached, look at what it holds before the command is run again: `stack runs`",
        outcome: .unavailable)
}

/// Looks whether a database's URL can be one.
///
/// What libpq says of it is not repeated: it quotes the URL, with its password.
///
/// - Throws: a `Diagnostic` when it cannot, or libpq is not installed.
func check(url: String, namedBy name: String) throws {
    let isURL = url.hasPrefix("postgres://") || url.hasPrefix("postgresql://")
    let pq = try libpq.loaded()
    let options = isURL ? pq.PQconninfoParse(url, nil) : nil
    defer { pq.PQconninfoFree(options) }
    if let options, isPlausible(options) { return }
    throw Diagnostic.error(
        "\(name) is no URL of a PostgreSQL",
        hint: "It has the form postgres://USER@HOST:PORT/DATABASE?sslmode=verify-full; what is special in a part of it "
            + "is written as %XX", outcome: .usage)
}

/// Whether what stands for ports are ports, and nothing stands for a host that a password with an `@` has run into: libpq
/// looks at them only when it connects, and says them then.
private func isPlausible(_ options: UnsafeMutablePointer<PQconninfoOption>) -> Bool {
    var option = options
    while let keyword = option.pointee.keyword {
        let value = option.pointee.val.map { String(cString: $0) } ?? ""
        switch String(cString: keyword) {
        // One for each host; none means the usual one.
        case "port" where !value.split(separator: ",").allSatisfy { UInt16($0).map { $0 > 0 } ?? false }: return false
        case "host" where value.contains("@"), "dbname" where value.contains("@"): return false
        default: option += 1
        }
    }
    return true
}
