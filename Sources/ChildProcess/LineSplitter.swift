/// Cuts bytes that come in pieces into lines, at line feeds only.
///
/// A JSON string may hold U+2028 and its kin unescaped, so nothing else may end a line.
///
/// A line of more than `limit` bytes is cut to its beginning, and says so: no event is that long, and a line that never
/// ends would take all memory.
struct LineSplitter {
    struct Line: Hashable, Sendable {
        /// Invalid UTF-8 is replaced by U+FFFD.
        let text: String
        /// How many bytes stand before the end of this line, its line feed included.
        let endOffset: UInt64
    }

    /// The beginning of a line whose end has not come yet.
    private var partial: [UInt8] = []
    /// How many bytes of that line are left out.
    private var excess = 0
    /// How many bytes have been taken in.
    private(set) var offset: UInt64
    private let limit: Int

    /// How much of a line that is cut is shown, in bytes.
    private static let shownLength = 2000

    init(offset: UInt64 = 0, limit: Int = 8 << 20) {
        self.offset = offset
        self.limit = limit
    }

    /// Takes in the next bytes, and returns the lines that they complete.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> [Line] {
        var lines: [Line] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            offset += UInt64(end - rest.startIndex + 1)
            take(rest[..<end])
            lines.append(Line(text: takenText(), endOffset: offset))
            rest = rest[(end + 1)...]
        }
        take(rest)
        offset += UInt64(rest.count)
        return lines
    }

    /// The last line when nothing ended it; nil when there is none.
    mutating func finish() -> Line? {
        guard !partial.isEmpty else { return nil }
        return Line(text: takenText(), endOffset: offset)
    }

    private mutating func take(_ piece: Slice<UnsafeRawBufferPointer>) {
        let room = limit - partial.count
        partial += piece.prefix(room)
        excess += max(0, piece.count - room)
    }

    /// The line under way, which is over.
    private mutating func takenText() -> String {
        defer {
            partial.removeAll(keepingCapacity: true)
            excess = 0
        }
        guard excess > 0 else { return String(decoding: partial, as: UTF8.self) }
        return String(decoding: partial.prefix(Self.shownLength), as: UTF8.self)
            + " … (cut: a line of \(partial.count + excess) bytes)"
    }
}
