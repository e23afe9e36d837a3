import Diagnostics
import FoundationEssentials
import JSON

/// A value that both engines can store.
enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob(Data)

    init(_ value: String?) { self = value.map(SQLValue.text) ?? .null }
    init(_ value: Int) { self = .integer(Int64(value)) }
    init(_ value: Bool) { self = .integer(value ? 1 : 0) }
}

extension SQLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(nilLiteral: ()) { self = .null }
}

extension String {
    /// As an engine keeps it: neither of them knows a NUL in a text, and SQLite would forget what comes after it.
    var storable: String {
        guard utf8.contains(0) else { return self }
        return String(UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }
}

/// One row of a result, by column name.
struct SQLRow: Sendable {
    let columns: [String: SQLValue]

    func text(_ name: String) throws -> String {
        guard let value = try optionalText(name) else { throw unexpected(name, "text") }
        return value
    }

    func optionalText(_ name: String) throws -> String? {
        switch columns[name] {
        case .text(let value): value
        case .null: nil
        default: throw unexpected(name, "text")
        }
    }

    func integer(_ name: String) throws -> Int {
        guard let value = try optionalInteger(name) else { throw unexpected(name, "a number") }
        return value
    }

    func optionalInteger(_ name: String) throws -> Int? {
        switch columns[name] {
        case .integer(let value): Int(value)
        case .null: nil
        default: throw unexpected(name, "a number")
        }
    }

    func bool(_ name: String) throws -> Bool { try integer(name) != 0 }

    func data(_ name: String) throws -> Data {
        guard case .blob(let value) = columns[name] else { throw unexpected(name, "bytes") }
        return value
    }

    /// A column that holds a JSON document.
    func json(_ name: String) throws -> JSONValue {
        guard let value = try optionalJSON(name) else { throw unexpected(name, "JSON") }
        return value
    }

    func optionalJSON(_ name: String) throws -> JSONValue? {
        try optionalText(name).map { text in
            do { return try JSONValue(parsing: Data(text.utf8)) } catch { throw unexpected(name, "JSON") }
        }
    }

    /// A column that holds a value as JSON.
    func value<Value: Decodable>(_ name: String) throws -> Value {
        let json = try json(name)
        do { return try json.decoded(as: Value.self) } catch { throw unexpected(name, "a `\(Value.self)`") }
    }

    func optionalValue<Value: Decodable>(_ name: String) throws -> Value? {
        try optionalText(name) == nil ? nil : value(name)
    }

    private func unexpected(_ name: String, _ wanted: String) -> Diagnostic {
        .error(
            "the database is damaged: it holds something other than \(wanted) in column `\(name)`",
            hint: "Keep the file, and restore a backup: `stack restore`")
    }
}
