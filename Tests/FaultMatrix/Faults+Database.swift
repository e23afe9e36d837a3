import Foundation
import Glibc
import TestSupport

extension Fault {
    /// Databases that others hold, that may not be written, or that have lost a part.
    static let ofDatabases: [Fault] = [
        Fault(
            // Before the first plan there is none.
            name: "the database read-only", moments: [.beforeApply, .beforePlan] + Moment.spread(5),
            endings: anyEnding, disk: .small,
            strike: { trial in
                try await trial.arena.disk?.protectDatabase()
                return true
            },
            heal: { try await $0.arena.disk?.unprotectDatabase() }),
        Fault(
            name: "the -wal file removed after a kill", moments: Moment.spread(10),
            endings: ["interrupted", "succeeded", "planned"],
            strike: { trial in
                let hasKilled = killAll(of: trial)
                // The last one that ends in peace puts into the database what stands in the file.
                trial.follower?.process.send(SIGKILL)
                _ = try await trial.follower?.end()
                let project = trial.arena.project
                let files = project.files(below: ".stack").filter { ["stack.db-wal", "stack.db-shm"].contains($0) }
                for file in files { try project.remove(".stack/\(file)") }
                return hasKilled && !files.isEmpty
            }),
        Fault(
            name: "the database locked by another for 2 s", moments: [.beforeApply] + Moment.spread(9),
            endings: ["succeeded"], isHarmless: true,
            strike: { try await holdDatabase($0, seconds: 2) }),
        Fault(
            name: "the database locked by another for 40 s", moments: [.beforeApply] + Moment.spread(2),
            endings: anyEnding, strike: { try await holdDatabase($0, seconds: 40) },
            heal: { trial in
                try await eventually("the other has let go") {
                    !trial.arena.project.livingProcesses.contains { arguments(of: $0).contains(holdingScript) }
                }
            }),
    ]

    /// Another program writes to the database for a while.
    private static func holdDatabase(_ trial: Trial, seconds: Int) async throws -> Bool {
        let project = trial.arena.project
        let holder = try project.start(
            "python3",
            ["-c", holdingScript, project.path(".stack/stack.db"), "\(seconds)"])
        try await eventually("the database is held") { holder.stdout == "held\n" }
        return true
    }
}

private let holdingScript = """
    import sqlite3, sys, time
    database = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
    database.execute("BEGIN EXCLUSIVE")
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
    """
