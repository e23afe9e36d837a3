/// A table of which a part goes along when a project moves.
struct MovedTable: Sendable {
    /// Whom its rows belong to.
    enum Owner: Sendable {
        /// The stack or the project that is moved.
        case unit
        /// A run of that stack. One run at a time is read: whatever a server thinks of how many rows there are, it finds
        /// those of a run by the index.
        case run
    }

    let name: String
    /// Which columns; all of them but where a database says something of itself there.
    var columns = "*"
    var owner = Owner.unit
    /// The column that names the owner.
    let ownerColumn: String
    /// What tells the rows of an owner apart, in the order in which they are read.
    let keys: [String]
    /// Columns that may hold much.
    var large: [String] = []
    /// When the rows are written as they are read; not where one is made by the move itself.
    var isCopied = true

    /// Everything of a stack; what others refer to comes before them.
    static let ofStack = [
        MovedTable(name: "stack", ownerColumn: "id", keys: ["id"]),
        MovedTable(name: "stack_lock", ownerColumn: "stack", keys: ["stack"]),
        runs,
        MovedTable(name: "state_version", ownerColumn: "stack", keys: ["sequence"]),
        MovedTable(name: "state_chunk", ownerColumn: "stack", keys: ["sequence", "part"], large: ["sealed"]),
        MovedTable(
            name: "run_artifact", owner: .run, ownerColumn: "run", keys: ["kind", "part"], large: ["sealed"]),
        MovedTable(name: "run_event", owner: .run, ownerColumn: "run", keys: ["sequence"], large: ["body"]),
        MovedTable(name: "drift", ownerColumn: "stack", keys: ["stack"], large: ["detail"]),
    ]

    static let runs = MovedTable(
        name: "run", ownerColumn: "stack", keys: ["id"],
        large: ["binding", "summary", "message", "unknown_resources"])

    /// What belongs to no single stack.
    static let ofProject = [
        MovedTable(
            name: "project", columns: "id, key_fingerprint, created_at", ownerColumn: "id", keys: ["id"],
            isCopied: false),
        MovedTable(name: "cluster", ownerColumn: "project", keys: ["handle"], large: ["record"]),
        MovedTable(
            name: "cluster_history", ownerColumn: "project", keys: ["handle", "sequence"], large: ["record"]),
        MovedTable(name: "graph_run", ownerColumn: "project", keys: ["id"]),
        MovedTable(name: "graph_run_stack", ownerColumn: "project", keys: ["graph_run", "stack"]),
    ]
}

/// What is compared, and copied, as one.
struct MovedUnit: Sendable {
    /// The stack's id, or the project's.
    let id: String
    let tables: [MovedTable]

    static func stack(_ id: String) -> MovedUnit { MovedUnit(id: id, tables: MovedTable.ofStack) }
    static func project(_ id: String) -> MovedUnit { MovedUnit(id: id, tables: MovedTable.ofProject) }
}
