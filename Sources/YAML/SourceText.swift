package import FoundationEssentials

/// A file's text with an index of its lines, for showing the line that a message is about.
///
/// Lines end where YAML 1.1 (libyaml) ends them: LF, CR, CRLF, U+0085, U+2028, U+2029.
package struct SourceText: Sendable {
    /// Longer lines are not worth showing, and may be megabytes of JSON.
    private static let longestShownLine = 1_000

    let bytes: [UInt8]
    /// The offset of each line's first byte.
    private let lineStarts: [Int]

    /// A byte order mark at the beginning is dropped.
    package init(_ data: Data) {
        var bytes = [UInt8](data)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        self.bytes = bytes
        self.lineStarts = Self.lineStarts(of: bytes)
    }

    /// How many lines there are; an empty file has one.
    package var lineCount: Int { lineStarts.count }

    /// The text of a line, counted from 1, without its end; nil where there is no such line or it is longer than 1,000 bytes.
    package func line(_ number: Int) -> String? {
        guard let range = byteRange(ofLine: number), range.count <= Self.longestShownLine else { return nil }
        return String(decoding: bytes[range], as: UTF8.self)
    }

    /// Line and column (both from 1; the column in Unicode scalars) of a byte.
    func position(ofByte offset: Int) -> (line: Int, column: Int) {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        let scalars = bytes[lineStarts[low]..<min(offset, bytes.count)].count { $0 & 0b1100_0000 != 0b1000_0000 }
        return (low + 1, scalars + 1)
    }

    /// The bytes of a line without its end.
    func byteRange(ofLine number: Int) -> Range<Int>? {
        guard number >= 1, number <= lineStarts.count else { return nil }
        let start = lineStarts[number - 1]
        var end = number < lineStarts.count ? lineStarts[number] : bytes.count
        while end > start, Self.isPartOfLineEnd(bytes, at: end - 1) {
            end -= Self.lengthOfLineEnd(bytes, before: end)
        }
        return start..<end
    }

    private static func lineStarts(of bytes: [UInt8]) -> [Int] {
        var starts = [0]
        var index = 0
        while index < bytes.count {
            let length = lengthOfLineEnd(bytes, at: index)
            index += max(length, 1)
            if length > 0 { starts.append(index) }
        }
        return starts
    }

    private static func lengthOfLineEnd(_ bytes: [UInt8], at index: Int) -> Int {
        switch bytes[index] {
        case 0x0A: 1
        case 0x0D: index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1
        case 0xC2: index + 1 < bytes.count && bytes[index + 1] == 0x85 ? 2 : 0
        case 0xE2:
            index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] & 0xFE == 0xA8 ? 3 : 0
        default: 0
        }
    }

    private static func isPartOfLineEnd(_ bytes: [UInt8], at last: Int) -> Bool {
        lengthOfLineEnd(bytes, before: last + 1) > 0
    }

    private static func lengthOfLineEnd(_ bytes: [UInt8], before end: Int) -> Int {
        for length in 1...3 where end >= length && lengthOfLineEnd(bytes, at: end - length) == length { return length }
        return 0
    }
}
