import FoundationEssentials

/// The end of a gzip file (RFC 1952, section 2.3.1): a checksum of what was compressed, and how much it was.
struct GzipTrailer: Equatable {
    private let checksum: UInt32
    /// Modulo 2^32.
    private let size: UInt32

    /// The last eight bytes; nil where there are fewer.
    init?(endOf bytes: Data) {
        let trailer = bytes.suffix(8)
        guard trailer.count == 8 else { return nil }
        func number(_ bytes: Data) -> UInt32 { bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
        checksum = number(trailer.prefix(4))
        size = number(trailer.suffix(4))
    }

    /// What it has to be for `content`.
    init(of content: Data) {
        checksum = ~content.reduce(~0) { Self.table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
        size = UInt32(truncatingIfNeeded: content.count)
    }

    /// CRC-32 of each byte, with the polynomial of section 8.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
    }
}
