/// Moving about in the bytes of a text.
extension SourceText {
    /// The first line's end, which new lines get too; LF where there is only one line.
    var lineEnd: String {
        guard let first = byteRange(ofLine: 1), let second = byteRange(ofLine: 2) else { return "\n" }
        let end = bytes[first.upperBound..<second.lowerBound]
        return end.elementsEqual([0x0D, 0x0A]) ? "\r\n" : end.elementsEqual([0x0D]) ? "\r" : "\n"
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The line, without its end, that a byte (or the end of the text) belongs to.
    func line(around offset: Int) -> Range<Int> {
        byteRange(ofLine: position(ofByte: offset).line) ?? offset..<offset
    }

    /// From a byte to the end of its line.
    func restOfLine(from offset: Int) -> Range<Int> { offset..<max(offset, line(around: offset).upperBound) }

    /// How many scalars stand before a byte on its line.
    func column(ofByte offset: Int) -> Int { position(ofByte: offset).column - 1 }

    func isBlank(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy { $0 == 0x20 || $0 == 0x09 } }

    /// Nothing but blanks stands before a byte on its line.
    func isFirstOnLine(_ offset: Int) -> Bool { isBlank(line(around: offset).lowerBound..<offset) }

    /// The first byte from `offset` on that is neither a blank, nor a line's end, nor in a comment.
    func skippingBlanksAndComments(from offset: Int) -> Int {
        var offset = offset
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            case UInt8(ascii: "#"): offset = line(around: offset).upperBound
            default:
                let line = line(around: offset)
                guard offset == line.upperBound, offset < bytes.count else { return offset }
                // A line's end of more than one byte.
                offset += 1
                while offset < bytes.count, bytes[offset] & 0b1100_0000 == 0b1000_0000 { offset += 1 }
            }
        }
        return offset
    }

    /// The end of the indicator that comes next, blanks and comments apart; nil where something else comes.
    func end(ofIndicator indicator: Character, after offset: Int) -> Int? {
        let place = skippingBlanksAndComments(from: offset)
        return place < bytes.count && bytes[place] == indicator.asciiValue ? place + 1 : nil
    }
}

/// Turns libyaml's marks into byte offsets; quick when they come in the order of the text.
struct ByteCursor {
    private let text: SourceText
    private var line = 0
    private var column = 0
    private var offset = 0

    init(_ text: SourceText) {
        self.text = text
    }

    mutating func offset(of mark: Mark) -> Int {
        if mark.line != line || mark.column < column {
            (line, column) = (mark.line, 0)
            offset = text.byteRange(ofLine: mark.line + 1)?.lowerBound ?? text.bytes.count
        }
        while column < mark.column, offset < text.bytes.count {
            offset += 1
            while offset < text.bytes.count, text.bytes[offset] & 0b1100_0000 == 0b1000_0000 { offset += 1 }
            column += 1
        }
        return offset
    }
}
