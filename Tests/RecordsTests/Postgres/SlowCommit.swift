import Diagnostics
import JSON
import Records
import RecordsTestSupport
import TestSupport

/// A database that takes its time to commit what is appended to the events of `run`, behind a proxy.
struct SlowCommit {
    let proxy: PostgresProxy
    /// Through the proxy.
    let records: Records
    /// Past it.
    let database: TestDatabase

    /// Appends one event.
    ///
    /// - Returns: what the diagnostic says that this ends with; nil when it ends well.
    func append() async -> String? {
        await failure { try await records.append(events: [("now", "once", [:])], run: "run") }
    }

    func untilCommitting() async throws {
        try await eventually("the server commits") {
            try await database.run("SELECT count(*) FROM pg_stat_activity WHERE \(isCommitting)") == "1"
        }
    }

    /// Ends the session that commits before it has done so.
    func killCommit() async throws {
        try await database.run(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE \(isCommitting)")
    }

    private let isCommitting = "datname = current_database() AND query = 'COMMIT' AND wait_event = 'PgSleep'"
}

/// - Parameters:
///   - seconds: how long a commit takes.
///   - patience: of the program.
func withSlowCommit(
    seconds: Int = 2, patience: Duration = .seconds(15), _ body: (SlowCommit) async throws -> Void
) async throws {
    try await withRecords(.postgres) { records, database in
        try await records.begin("run")
        try await database.run(
            """
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(\(seconds)); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON run_event DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION wait();
            """)
        try await withPostgresProxy(to: try await PostgresServer.shared().port) { proxy in
            let far = try await TestDatabase(place: .server(proxy.url(try database.url))).open(patience: patience)
            let records = try await far.records(of: "project", sealedWith: makeKey())
            try await body(SlowCommit(proxy: proxy, records: records, database: database))
        }
    }
}
