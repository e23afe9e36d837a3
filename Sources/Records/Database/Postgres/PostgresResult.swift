import CPostgres
import Diagnostics
import FoundationEssentials

/// What a statement came to: rows in libpq's binary form.
final class PostgresResult {
    private let pq: libpq
    private let result: OpaquePointer

    /// - Parameter result: of `PQgetResult`; this one frees it.
    init(owning result: OpaquePointer, of pq: libpq) {
        self.pq = pq
        self.result = result
    }

    deinit { pq.PQclear(result) }

    var status: ExecStatusType { pq.PQresultStatus(result) }

    /// What went wrong; nil when nothing did.
    var failure: PostgresFailure? {
        guard [PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE].contains(status) else { return nil }
        let text = field(PG_DIAG_MESSAGE_PRIMARY) ?? text(of: pq.PQresultErrorMessage(result))
        return PostgresFailure(state: field(PG_DIAG_SQLSTATE), message: firstLine(text))
    }

    private func field(_ code: Character) -> String? {
        code.asciiValue.flatMap { pq.PQresultErrorField(result, Int32($0)) }.map { text(of: $0) }
    }

    /// How many rows a statement changed.
    var changes: Int { Int(text(of: pq.PQcmdTuples(result))) ?? 0 }

    /// The command that has ended, as the server names it.
    var command: String { text(of: pq.PQcmdStatus(result)) }

    var rowCount: Int { Int(pq.PQntuples(result)) }

    /// - Throws: a `Diagnostic` for a type that this program stores nothing in.
    func rows() throws -> [SQLRow] {
        let columns = 0..<pq.PQnfields(result)
        let names = columns.map { text(of: pq.PQfname(result, $0)) }
        return try (0..<pq.PQntuples(result)).map { row in
            let values = try zip(names, columns).map { ($0, try value(row, $1, named: $0)) }
            return SQLRow(columns: Dictionary(values) { $1 })
        }
    }

    private func value(_ row: Int32, _ column: Int32, named name: String) throws -> SQLValue {
        guard pq.PQgetisnull(result, row, column) == 0 else { return .null }
        let bytes = UnsafeRawBufferPointer(
            start: pq.PQgetvalue(result, row, column), count: Int(pq.PQgetlength(result, row, column)))
        switch pq.PQftype(result, column) {
        case PostgresType.bytes: return .blob(Data(bytes))
        case PostgresType.integer8, PostgresType.integer4, PostgresType.integer2: return .integer(signed(bytes))
        case PostgresType.text, PostgresType.name, PostgresType.unknown:
            return .text(String(decoding: bytes, as: UTF8.self))
        case let other:
            throw Diagnostic.error(
                "the database gave column `\(name)` in a type of its own (\(other))", outcome: .internalFailure)
        }
    }

    /// Big-endian, two's complement.
    private func signed(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        let isNegative = bytes.first.map { $0 & 0x80 != 0 } ?? false
        return bytes.reduce(isNegative ? -1 : 0) { $0 << 8 | Int64($1) }
    }
}

/// The types of values that are stored, by their object ids.
///
/// Source: `src/include/catalog/pg_type.dat` of PostgreSQL; these never change.
enum PostgresType {
    /// Left to the server.
    static let unspecified: Oid = 0
    static let bytes: Oid = 17
    static let name: Oid = 19
    static let integer8: Oid = 20
    static let integer2: Oid = 21
    static let integer4: Oid = 23
    static let text: Oid = 25
    static let unknown: Oid = 705
}

/// Fields of an error. In C they are macros of characters.
///
/// Source: `postgres_ext.h`.
private let PG_DIAG_SQLSTATE: Character = "C"
private let PG_DIAG_MESSAGE_PRIMARY: Character = "M"

func firstLine(_ text: String) -> String {
    String(text.split(whereSeparator: \.isNewline).first ?? "it said nothing")
}
