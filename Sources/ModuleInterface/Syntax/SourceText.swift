import Diagnostics
import FoundationEssentials

/// The bytes of one file, and how offsets in them become places that people can find.
struct SourceText: Sendable {
    let file: String
    let bytes: [UInt8]
    private let lineStarts: [Int]

    /// A leading byte order mark is dropped, as Terraform does.
    ///
    /// - Throws: a diagnostic when the bytes are not UTF-8.
    init(file: String, data: Data) throws(Diagnostic) {
        var bytes = [UInt8](data)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        self.init(file: file, bytes: bytes)
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw .error("the file is not UTF-8", at: SourceLocation(file: file, line: 1, column: 1))
        }
    }

    private init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
        self.lineStarts = [0] + bytes.indices.lazy.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    /// Text that is part of a file, such as a string in JSON that holds a template.
    init(fragment text: String, of file: String) {
        self.init(file: file, bytes: Array(text.utf8))
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// Where `range` begins; its length ends with the line.
    func location(of range: Range<Int>) -> SourceLocation {
        let line = lineIndex(of: range.lowerBound)
        let end = min(range.upperBound, endOfLine(line))
        return SourceLocation(
            file: file,
            line: line + 1,
            column: scalarCount(lineStarts[line]..<range.lowerBound) + 1,
            length: max(1, scalarCount(range.lowerBound..<max(range.lowerBound, end)))
        )
    }

    func error(_ message: String, at range: Range<Int>, hint: String? = nil) -> Diagnostic {
        var diagnostic = Diagnostic.error(message, at: location(of: range), hint: hint)
        diagnostic.excerpt = excerpt(line: lineIndex(of: range.lowerBound) + 1)
        return diagnostic
    }

    /// The text of a line that is counted from 1; nil when there is none.
    func excerpt(line: Int) -> String? {
        guard lineStarts.indices.contains(line - 1) else { return nil }
        return text(lineStarts[line - 1]..<endOfLine(line - 1))
    }

    private func lineIndex(of offset: Int) -> Int {
        var (low, high) = (0, lineStarts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// The offset after the line's last byte that is neither `\n` nor `\r`.
    private func endOfLine(_ line: Int) -> Int {
        let start = lineStarts[line]
        var end = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : bytes.count
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return end
    }

    private func scalarCount(_ range: Range<Int>) -> Int {
        bytes[range].count { $0 & 0b1100_0000 != 0b1000_0000 }
    }
}
