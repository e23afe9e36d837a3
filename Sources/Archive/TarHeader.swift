import Diagnostics
import FoundationEssentials

/// The block in front of each member of a tar archive (POSIX.1-2001, pax, "ustar Interchange Format").
struct TarHeader {
    let path: String
    let mode: Int
    let size: Int
    /// `0` for a file, `5` for a folder, …
    let kind: UInt8
    let target: String

    /// - Throws: a `Diagnostic` when the checksum is wrong, or a field is not what it has to be.
    init(_ block: Data) throws(Diagnostic) {
        let block = Array(block)
        let isGNU = Array(block[257..<265]) == Array("ustar  \0".utf8)
        guard isGNU || Array(block[257..<263]) == Array("ustar\0".utf8) else { throw .noTarHeader }
        let sum = block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element)) }
        guard Self.number(block[148..<156]) == sum else { throw .noTarHeader }
        let name = try tarText(block[0..<100])
        // In GNU's own format other things stand in the place of the prefix.
        let prefix = isGNU ? "" : try tarText(block[345..<500])
        path = prefix.isEmpty ? name : "\(prefix)/\(name)"
        guard let mode = Self.number(block[100..<108]), let size = Self.number(block[124..<136]) else {
            throw .badNumber(path)
        }
        self.mode = mode
        self.size = size
        // The oldest archives have a NUL for a file.
        kind = block[156] == 0 ? UInt8(ascii: "0") : block[156]
        target = try tarText(block[157..<257])
    }

    /// Octal digits between blanks; the binary form, for 8 GiB and more, is none.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
        guard field.dropFirst(field.prefix { $0 == 0x20 }.count + digits.count).allSatisfy({ $0 == 0x20 || $0 == 0 })
        else { return nil }
        return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8).flatMap { $0 < 0 ? nil : $0 }
    }
}

/// The text in a field, up to its first NUL.
///
/// - Throws: a `Diagnostic` when it is not UTF-8.
func tarText(_ field: some Sequence<UInt8>) throws(Diagnostic) -> String {
    let bytes = Array(field.prefix { $0 != 0 })
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw .nameIsNoText(String(decoding: bytes, as: UTF8.self))
    }
    return text
}
