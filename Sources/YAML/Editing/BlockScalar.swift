/// A block scalar (`|` or `>`) of a text, taken apart.
struct BlockScalar: Sendable {
    private static let lineFeed = UInt8(ascii: "\n")

    /// From the indicator to the end of the last line that belongs to the value, without that line's end.
    let range: Range<Int>
    /// A comment behind the indicators, with the blanks before it.
    let headerRest: Range<Int>
    private let indicator: Character
    private let keepsLineFeeds: Bool
    private let indentationIndicator: String
    /// Of the body; nil where it is empty.
    private let indentation: Int?

    /// - Parameters:
    ///   - end: where libyaml sees its end: behind all blank lines that follow.
    ///   - value: what it was read as.
    init(in text: SourceText, from start: Int, to end: Int, value: String) {
        let header = text.restOfLine(from: start)
        let indicators = text.bytes[header].dropFirst().prefix { "+-0123456789".utf8.contains($0) }
        indicator = text.bytes[start] == UInt8(ascii: ">") ? ">" : "|"
        keepsLineFeeds = indicators.contains(UInt8(ascii: "+"))
        indentationIndicator = String(
            decoding: indicators.filter { (0x30...0x39).contains($0) }, as: UTF8.self)
        headerRest = indicators.endIndex..<header.upperBound

        let lines = Self.lines(of: text, after: header.upperBound, before: end)
        let filled = lines.first { !text.isBlank($0) }
        let read = Array(value.utf8).split(separator: Self.lineFeed).first { $0.contains { $0 != 0x20 } } ?? []
        let indentation = filled.map { Self.blanks(text.bytes[$0]) - Self.blanks(read) }
        self.indentation = indentation
        let last = keepsLineFeeds ? lines.last : lines.last { !text.isBlank($0) || $0.count > indentation ?? $0.count }
        range = start..<(last?.upperBound ?? header.upperBound)
    }

    /// The same with another text, or nil where the style cannot hold it.
    ///
    /// - Parameter fallback: the indentation where there was no body to follow.
    func rewritten(_ text: String, in source: SourceText, indentation fallback: Int) -> String? {
        let lineFeeds = text.utf8.reversed().prefix { $0 == Self.lineFeed }.count
        let body = text.utf8.dropLast(lineFeeds)
        let lines = body.split(separator: Self.lineFeed, omittingEmptySubsequences: false)
        guard let first = lines.first?.first, text.unicodeScalars.allSatisfy(ScalarStyle.isSafeInBlock),
            lineFeeds < 2 || keepsLineFeeds, indicator == "|" || lines.count == 1
        else { return nil }
        if indentationIndicator.isEmpty || indicator == ">", first == 0x20 || first == 0x09 { return nil }
        let chomping = lineFeeds == 0 ? "-" : keepsLineFeeds ? "+" : ""
        let margin = String(repeating: " ", count: indentation ?? fallback)
        let written = lines.map { $0.isEmpty ? "" : margin + String(decoding: $0, as: UTF8.self) }
        let header = "\(indicator)\(indentationIndicator)\(chomping)\(source.text(headerRest))"
        return ([header] + written + Array(repeating: "", count: max(lineFeeds - 1, 0))).joined(separator: "\n")
    }

    /// The whole lines between two places, without their ends.
    private static func lines(of text: SourceText, after start: Int, before end: Int) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var number = text.position(ofByte: start).line + 1
        while let line = text.byteRange(ofLine: number), line.lowerBound < end {
            lines.append(line)
            number += 1
        }
        return lines
    }

    private static func blanks(_ bytes: some Sequence<UInt8>) -> Int { bytes.prefix { $0 == 0x20 }.count }
}
