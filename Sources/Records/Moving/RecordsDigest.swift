import Cryptography
import FoundationEssentials

/// What rows come to: how much they are, and a digest that is the same for the same rows in either engine.
///
/// Each row is its table's name and its values in the order of their columns' names, each value with its column, its kind
/// and its length in front: no two lists of rows give the same bytes.
struct RecordsDigest: Sendable {
    private var digester = Digester()
    private(set) var bytes = 0
    /// How many rows, by table.
    private(set) var rows: [String: Int] = [:]

    var hexadecimal: String { digester.hexadecimal }

    mutating func add(_ row: SQLRow, of table: String) {
        rows[table, default: 0] += 1
        digester.update("\(table) \(row.columns.count)\n")
        for (column, value) in row.columns.sorted(by: { $0.key < $1.key }) {
            let (kind, content) = value.canonical
            bytes += content.count
            digester.update("\(column) \(kind) \(content.count)\n")
            digester.update(content)
        }
    }
}

extension SQLValue {
    fileprivate var canonical: (kind: String, content: Data) {
        switch self {
        case .null: ("null", Data())
        case .integer(let number): ("integer", Data("\(number)".utf8))
        case .text(let text): ("text", Data(text.utf8))
        case .blob(let bytes): ("bytes", bytes)
        }
    }
}

extension SQLDatabase {
    /// Reads all rows of a unit, page by page, and gives each page to the body.
    func readPages(of unit: MovedUnit, _ body: (MovedTable, [SQLRow]) async throws -> Void) async throws {
        var runs: [String] = []
        for table in unit.tables {
            var position = RowPosition(owners: (table.owner == .run ? runs : [unit.id])[...])
            while true {
                let page = try await read { [position] in try $0.page(of: table, at: position) }
                guard !page.rows.isEmpty else { break }
                if table.name == MovedTable.runs.name { runs += try page.rows.map { try $0.text("id") } }
                try await body(table, page.rows)
                position = page.next
            }
        }
    }

    func digest(of unit: MovedUnit) async throws -> RecordsDigest {
        var digest = RecordsDigest()
        try await readPages(of: unit) { table, page in
            for row in page { digest.add(row, of: table.name) }
        }
        return digest
    }
}
