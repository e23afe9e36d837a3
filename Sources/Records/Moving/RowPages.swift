/// Rows are read and written in pages of so many bytes, or so many rows, whichever is less; one row at least.
private let pageBytes = 4 << 20
private let pageRows = 200

/// How far the rows of a table have been read.
struct RowPosition: Sendable {
    /// Whose rows are read next.
    var owners: ArraySlice<String>
    /// The row of the first of them that was read last.
    var last: SQLRow?
}

extension SQLConnection {
    /// The next rows of a table, as many as make a page; none when there are none left.
    func page(of table: MovedTable, at position: RowPosition) throws -> (rows: [SQLRow], next: RowPosition) {
        var (page, bytes, position) = ([SQLRow](), 0, position)
        while let owner = position.owners.first, bytes < pageBytes, page.count < pageRows {
            let few = try rows(
                of: table, owner, after: position.last, bytes: pageBytes - bytes, rows: pageRows - page.count,
                isFirst: page.isEmpty)
            page += few.rows
            bytes += few.bytes
            if few.isEnd {
                position = RowPosition(owners: position.owners.dropFirst())
            } else {
                position.last = few.rows.last ?? position.last
                if few.rows.isEmpty { break }
            }
        }
        return (page, position)
    }

    /// Rows of one owner.
    ///
    /// - Parameters:
    ///   - bytes: what they must not be more than, unless `isFirst`: one row is read then, however large.
    /// - Returns: `isEnd` when the owner has no others.
    private func rows(
        of table: MovedTable, _ owner: String, after last: SQLRow?, bytes room: Int, rows limit: Int, isFirst: Bool
    ) throws -> (rows: [SQLRow], bytes: Int, isEnd: Bool) {
        var arguments: [SQLValue] = [.text(owner)]
        var rest = "FROM \(table.name) WHERE \(table.ownerColumn) = $1"
        let keys = table.keys.joined(separator: ", ")
        if let last {
            arguments += table.keys.map { last.columns[$0] ?? .null }
            rest += " AND (\(keys)) > (\(table.keys.indices.map { "$\($0 + 2)" }.joined(separator: ", ")))"
        }
        rest += " ORDER BY \(keys)"
        // Their sizes first: so many rows may be very large ones.
        let size = table.large.map { "COALESCE(LENGTH(\($0)), 0)" }.joined(separator: " + ")
        let sizes = try rows("SELECT \(size.isEmpty ? "0" : size) AS size \(rest) LIMIT \(limit)", arguments)
            .map { try $0.integer("size") }
        var bytes = 0
        let count = sizes.prefix { size in
            let fits = bytes + size <= room || (isFirst && bytes == 0)
            bytes += fits ? size : 0
            return fits
        }.count
        guard count > 0 else { return ([], 0, sizes.isEmpty) }
        let found = try rows("SELECT \(table.columns) \(rest) LIMIT \(count)", arguments)
        return (found, bytes, count == sizes.count && count < limit)
    }

    /// Adds rows that all have the same columns.
    func insert(_ rows: [SQLRow], into table: String) throws {
        guard let columns = rows.first?.columns.keys.sorted() else { return }
        try insert(rows.map { row in columns.map { row.columns[$0] ?? .null } }, columns: columns, into: table)
    }

    /// Removes some rows of an owner.
    ///
    /// - Returns: whether there may be others.
    func removePage(of table: MovedTable, _ owner: String) throws -> Bool {
        let keys = table.keys.joined(separator: ", ")
        let rows = "FROM \(table.name) WHERE \(table.ownerColumn) = $1"
        return try execute(
            "DELETE \(rows) AND (\(keys)) IN (SELECT \(keys) \(rows) LIMIT \(pageRows))", [.text(owner)]) == pageRows
    }
}
