import Diagnostics
import FoundationEssentials

/// What stands in front of a member's header: names that are too long for it.
struct TarNames {
    /// The kinds of headers that are about the member behind them, or about all.
    enum Kind: UInt8 {
        case extended = 0x78  // x
        case global = 0x67  // g
        case longName = 0x4C  // L
        case longTarget = 0x4B  // K
    }

    private(set) var path: String?
    private(set) var target: String?
    /// What an extended header sets that is not taken from there.
    private(set) var unsupported: String?
    private var seen: Set<UInt8> = []

    /// Whether nothing was read that a member has to follow.
    var isEmpty: Bool { seen.isEmpty }

    mutating func read(_ content: Data, as kind: Kind) throws(Diagnostic) {
        switch kind {
        case .global: return try readGlobal(content)
        case .extended: try readRecords(content)
        case .longName: path = try tarText(content)
        case .longTarget: target = try tarText(content)
        }
        guard seen.insert(kind.rawValue).inserted else { throw .repeatedHeader(path ?? "") }
    }

    /// `git archive` writes one, with the commit.
    private func readGlobal(_ content: Data) throws(Diagnostic) {
        for record in try paxRecords(content) where record.key != "comment" {
            throw .unsupportedRecord(record.key, of: nil)
        }
    }

    private mutating func readRecords(_ content: Data) throws(Diagnostic) {
        var keys: Set<String> = []
        let records = try paxRecords(content)
        if let value = records.last(where: { $0.key == "path" })?.value { path = try Self.name(value) }
        for (key, value) in records {
            guard keys.insert(key).inserted else { throw .repeatedHeader(path ?? "") }
            switch key {
            case "path": continue
            case "linkpath": target = try Self.name(value)
            case _ where Self.ignoredKeys.contains(key): continue
            case _ where Self.ignoredPrefixes.contains(where: key.hasPrefix): continue
            default: unsupported = unsupported ?? key
            }
        }
    }

    /// Unlike a field of a header it has an end of its own: a NUL in it is meant to be read in two ways.
    private static func name(_ value: Data) throws(Diagnostic) -> String {
        guard !value.contains(0) else { throw .nameIsNoText(String(decoding: value, as: UTF8.self)) }
        return try tarText(value)
    }

    /// Times, owners and attributes are not kept.
    private static let ignoredKeys: Set = [
        "atime", "mtime", "ctime", "uid", "gid", "uname", "gname", "comment", "hdrcharset",
    ]
    private static let ignoredPrefixes = ["SCHILY.", "LIBARCHIVE."]
}

/// The records `LENGTH KEY=VALUE\n` of an extended header, in their order.
private func paxRecords(_ content: Data) throws(Diagnostic) -> [(key: String, value: Data)] {
    var records: [(key: String, value: Data)] = []
    var rest = content
    while !rest.isEmpty {
        let digits = rest.prefix(8).prefix { (0x30...0x39).contains($0) }
        guard let length = Int(String(decoding: digits, as: UTF8.self)), digits.count < length, length <= rest.count
        else { throw .badRecord }
        let record = rest.prefix(length).dropFirst(digits.count)
        guard record.first == 0x20, record.last == 0x0A, let equals = record.firstIndex(of: 0x3D) else {
            throw .badRecord
        }
        records.append(
            (String(decoding: record[..<equals].dropFirst(), as: UTF8.self), record[equals...].dropFirst().dropLast()))
        rest = rest.dropFirst(length)
    }
    return records
}
