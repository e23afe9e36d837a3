/// Cuts bytes that come in pieces into lines, at line feeds only.
///
/// A JSON string may hold U+2028 and its kin unescaped, so nothing else may end a line. A line may be as long as
/// memory allows: a cut would make a JSON event unreadable.
struct LineSplitter {
    struct Line: Hashable, Sendable {
        /// Invalid UTF-8 is replaced by U+FFFD.
        let text: String
        /// How many bytes stand before the end of this line, its line feed included.
        let endOffset: UInt64
    }

    /// The beginning of a line whose end has not come yet.
    private var partial: [UInt8] = []
    /// How many bytes have been taken in.
    private(set) var offset: UInt64

    init(offset: UInt64 = 0) {
        self.offset = offset
    }

    /// Takes in the next bytes, and returns the lines that they complete.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> [Line] {
        var lines: [Line] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            offset += UInt64(end - rest.startIndex + 1)
            lines.append(Line(text: text(endingWith: rest[..<end]), endOffset: offset))
            rest = rest[(end + 1)...]
        }
        partial += rest
        offset += UInt64(rest.count)
        return lines
    }

    /// The last line when nothing ended it; nil when there is none.
    mutating func finish() -> Line? {
        guard !partial.isEmpty else { return nil }
        defer { partial = [] }
        return Line(text: String(decoding: partial, as: UTF8.self), endOffset: offset)
    }

    private mutating func text(endingWith end: Slice<UnsafeRawBufferPointer>) -> String {
        defer { partial.removeAll(keepingCapacity: true) }
        guard !partial.isEmpty else { return String(decoding: end, as: UTF8.self) }
        partial += end
        return String(decoding: partial, as: UTF8.self)
    }
}
