/// A table of which a part goes along when a project moves.
struct MovedTable: Sendable {
    let name: String
    /// Which columns; all of them but where a database says something of itself there.
    var columns = "*"
    /// What finds the part's rows: another table, by which the owner is found.
    var join = ""
    /// Which rows belong to the owner, `$1`.
    let condition: String
    /// What tells those rows apart, in the order in which they are read.
    let keys: [Key]
    /// Columns that may hold much.
    var large: [String] = []
    /// When the rows are written as they are read; not where one is made by the move itself.
    var isCopied = true

    struct Key: Sendable {
        /// As an expression of the query.
        let expression: String
        /// As a column of the rows.
        let column: String
    }

    /// Everything of a stack; what others refer to comes before them.
    static let ofStack = [
        MovedTable(name: "stack", condition: "stack.id = $1", keys: keys("stack", "id")),
        MovedTable(name: "stack_lock", condition: "stack_lock.stack = $1", keys: keys("stack_lock", "stack")),
        MovedTable(
            name: "run", condition: "run.stack = $1", keys: keys("run", "id"),
            large: ["binding", "summary", "message", "unknown_resources"]),
        MovedTable(
            name: "state_version", condition: "state_version.stack = $1", keys: keys("state_version", "sequence")),
        MovedTable(
            name: "state_chunk", condition: "state_chunk.stack = $1", keys: keys("state_chunk", "sequence", "part"),
            large: ["sealed"]),
        ofRun("run_artifact", "kind", "part", large: "sealed"),
        ofRun("run_event", "sequence", large: "body"),
    ]

    /// What belongs to no single stack.
    static let ofProject = [
        MovedTable(
            name: "project", columns: "id, key_fingerprint, created_at", condition: "project.id = $1",
            keys: keys("project", "id"), isCopied: false),
        MovedTable(
            name: "cluster", condition: "cluster.project = $1", keys: keys("cluster", "handle"), large: ["record"]),
        MovedTable(
            name: "cluster_history", condition: "cluster_history.project = $1",
            keys: keys("cluster_history", "handle", "sequence"), large: ["record"]),
    ]

    private static func keys(_ table: String, _ columns: String...) -> [Key] {
        columns.map { Key(expression: "\(table).\($0)", column: $0) }
    }

    /// Found by the stack's runs, in whose order they are read then.
    private static func ofRun(_ name: String, _ columns: String..., large: String) -> MovedTable {
        MovedTable(
            name: name, join: "JOIN run ON run.id = \(name).run", condition: "run.stack = $1",
            keys: [Key(expression: "run.id", column: "run")]
                + columns.map { Key(expression: "\(name).\($0)", column: $0) },
            large: [large])
    }
}

/// What is compared, and copied, as one.
struct MovedUnit: Sendable {
    /// The stack's id, or the project's.
    let owner: String
    let tables: [MovedTable]

    static func stack(_ id: String) -> MovedUnit { MovedUnit(owner: id, tables: MovedTable.ofStack) }
    static func project(_ id: String) -> MovedUnit { MovedUnit(owner: id, tables: MovedTable.ofProject) }
}
