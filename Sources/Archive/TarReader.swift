import Diagnostics
import FoundationEssentials

/// Reads a tar archive that is in memory, member by member.
///
/// It knows what tar programs write for files, folders and links (POSIX.1-2001, `ustar` with its `x` headers, and the long
/// names of GNU), and refuses the rest by name: where two programs can take one archive for two different trees, neither
/// is right. Paths are not checked here.
struct TarReader {
    private static let blockSize = 512

    private let bytes: Data
    private var offset: Int
    /// The path of the member that was read last, also when it is not whole.
    private(set) var path = ""

    init(_ bytes: Data) {
        self.bytes = bytes
        offset = bytes.startIndex
    }

    /// The next member; nil at the end, behind which nothing may stand.
    mutating func next() throws(Diagnostic) -> TarMember? {
        var names = TarNames()
        while true {
            guard let block = take(Self.blockSize) else { throw .cutShort }
            guard block.contains(where: { $0 != 0 }) else {
                guard names.isEmpty, bytes[offset...].allSatisfy({ $0 == 0 }) else { throw .bytesBehindEnd }
                return nil
            }
            let header = try TarHeader(block)
            path = names.path ?? header.path
            guard let content = content(of: header) else { throw .incompleteEntry(path) }
            guard let kind = TarNames.Kind(rawValue: header.kind) else {
                if let key = names.unsupported { throw .unsupportedRecord(key, of: path) }
                return TarMember(
                    path: path, kind: header.kind, target: names.target ?? header.target, mode: header.mode,
                    content: content)
            }
            try names.read(content, as: kind)
        }
    }

    private mutating func content(of header: TarHeader) -> Data? {
        let padding = (Self.blockSize - header.size % Self.blockSize) % Self.blockSize
        guard let content = take(header.size), take(padding) != nil else { return nil }
        return content
    }

    private mutating func take(_ count: Int) -> Data? {
        guard count <= bytes.endIndex - offset else { return nil }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }
}

/// One member of a tar archive, as it says itself.
struct TarMember {
    let path: String
    /// As `TarHeader.kind`.
    let kind: UInt8
    /// What a link leads to.
    let target: String
    let mode: Int
    let content: Data
}
