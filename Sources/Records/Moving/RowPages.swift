/// Rows are read and written in pages of so many bytes, or so many rows, whichever is less; one row at least.
private let pageBytes = 4 << 20
private let pageRows = 200

extension SQLConnection {
    /// The rows of a table that follow one of them, as many as make a page; none when that one was the last.
    func page(of table: MovedTable, owner: String, after last: SQLRow?) throws -> [SQLRow] {
        let keys = table.keys.map(\.expression)
        var arguments: [SQLValue] = [.text(owner)]
        var rest = "FROM \(table.name) \(table.join) WHERE \(table.condition)"
        if let last {
            let places = keys.indices.map { "$\($0 + 2)" }
            arguments += table.keys.map { last.columns[$0.column] ?? .null }
            // The first condition follows from the second, and is one that an index of the first key serves.
            rest += " AND \(keys[0]) >= $2 AND (\(keys.joined(separator: ", "))) > (\(places.joined(separator: ", ")))"
        }
        rest += " ORDER BY \(keys.joined(separator: ", "))"
        let count = try rowsOfPage(table, rest, arguments)
        let columns = table.columns == "*" ? "\(table.name).*" : table.columns
        return try rows("SELECT \(columns) \(rest) LIMIT \(count)", arguments)
    }

    private func rowsOfPage(_ table: MovedTable, _ rest: String, _ arguments: [SQLValue]) throws -> Int {
        guard !table.large.isEmpty else { return pageRows }
        let size = table.large.map { "COALESCE(LENGTH(\(table.name).\($0)), 0)" }.joined(separator: " + ")
        var bytes = 0
        let fitting = try rows("SELECT \(size) AS size \(rest) LIMIT \(pageRows)", arguments).prefix { row in
            bytes += try row.integer("size")
            return bytes <= pageBytes
        }
        return max(fitting.count, 1)
    }

    /// Adds rows that all have the same columns.
    func insert(_ rows: [SQLRow], into table: String) throws {
        guard let columns = rows.first?.columns.keys.sorted() else { return }
        try insert(rows.map { row in columns.map { row.columns[$0] ?? .null } }, columns: columns, into: table)
    }

    /// Removes some rows; called again until there are none.
    ///
    /// - Returns: whether there were any.
    func removePage(of table: MovedTable, owner: String) throws -> Bool {
        let keys = table.keys.map { "\(table.name).\($0.column)" }.joined(separator: ", ")
        let ofOwner = table.join.isEmpty ? "\(table.condition) AND " : ""
        return try execute(
            """
            DELETE FROM \(table.name) WHERE \(ofOwner)(\(keys)) IN
            (SELECT \(keys) FROM \(table.name) \(table.join) WHERE \(table.condition) LIMIT \(pageRows))
            """, [.text(owner)]) > 0
    }
}
