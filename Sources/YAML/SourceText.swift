package import FoundationEssentials

/// A file's text with an index of its lines, for showing the line that a message is about.
///
/// Lines end where YAML 1.1 (libyaml) ends them: LF, CR, CRLF, U+0085, U+2028, U+2029.
package struct SourceText: Sendable {
    /// Longer lines are not worth showing, and may be megabytes of JSON.
    private static let longestShownLine = 1_000

    let bytes: [UInt8]
    /// The bytes of each line without its end.
    private let lines: [Range<Int>]

    /// A byte order mark at the beginning is dropped.
    package init(_ data: Data) {
        var bytes = [UInt8](data)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        self.bytes = bytes
        self.lines = Self.lines(of: bytes)
    }

    /// The text of a line, counted from 1, without its end; nil where there is none or it is longer than 1,000 bytes.
    package func line(_ number: Int) -> String? {
        guard let range = byteRange(ofLine: number), range.count <= Self.longestShownLine else { return nil }
        return String(decoding: bytes[range], as: UTF8.self)
    }

    /// Line and column (both from 1; the column in Unicode scalars) of a byte.
    func position(ofByte offset: Int) -> (line: Int, column: Int) {
        var low = 0
        var high = lines.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lines[middle].lowerBound <= offset { low = middle } else { high = middle }
        }
        // Every byte but those that continue a scalar.
        let scalars = bytes[lines[low].lowerBound..<min(offset, bytes.count)].count { $0 & 0b1100_0000 != 0b1000_0000 }
        return (low + 1, scalars + 1)
    }

    /// The bytes of a line without its end.
    func byteRange(ofLine number: Int) -> Range<Int>? {
        lines.indices.contains(number - 1) ? lines[number - 1] : nil
    }

    private static func lines(of bytes: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            let length = lengthOfLineEnd(bytes, at: index)
            if length > 0 {
                lines.append(start..<index)
                start = index + length
            }
            index += max(length, 1)
        }
        return lines + [start..<bytes.count]
    }

    private static func lengthOfLineEnd(_ bytes: [UInt8], at index: Int) -> Int {
        func follows(_ byte: UInt8, by distance: Int) -> Bool {
            index + distance < bytes.count && bytes[index + distance] == byte
        }
        return switch bytes[index] {
        case 0x0A: 1
        case 0x0D: follows(0x0A, by: 1) ? 2 : 1
        case 0xC2: follows(0x85, by: 1) ? 2 : 0
        case 0xE2: follows(0x80, by: 1) && (follows(0xA8, by: 2) || follows(0xA9, by: 2)) ? 3 : 0
        default: 0
        }
    }
}
