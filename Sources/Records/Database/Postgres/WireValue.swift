import CPostgres
import FoundationEssentials

/// A value in libpq's binary form, in memory of its own.
struct WireValue {
    let type: Oid
    let bytes: UnsafePointer<CChar>?
    let length: Int32

    init(_ value: SQLValue) {
        switch value {
        case .null: self.init(PostgresType.unspecified, nil as Data?)
        case .integer(let number): self.init(PostgresType.integer8, withUnsafeBytes(of: number.bigEndian) { Data($0) })
        case .text(let text): self.init(PostgresType.text, Data(text.storable.utf8))
        case .blob(let data): self.init(PostgresType.bytes, data)
        }
    }

    private init(_ type: Oid, _ data: Data?) {
        self.type = type
        length = Int32(data?.count ?? 0)
        bytes = data.map { data in
            // One byte at least: no address means NULL.
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: max(data.count, 1))
            UnsafeMutableRawBufferPointer(start: copy, count: data.count).copyBytes(from: data)
            return UnsafePointer(copy)
        }
    }

    func free() { bytes?.deallocate() }
}
