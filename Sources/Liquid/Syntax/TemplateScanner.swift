import Diagnostics

/// A part of a template as it stands in the text.
enum Piece {
    case text(String)
    /// `{{ … }}`
    case output(Markup)
    /// `{% name … %}`; the markup is what stands behind the name.
    case tag(name: String, Markup)
}

/// What stands between the braces.
struct Markup {
    let content: Range<Int>
    /// With the braces.
    let whole: Range<Int>
}

/// Cuts a template into its pieces; what `{%-`, `-%}`, `{{-` and `-}}` remove is removed, and the bodies of `raw` and
/// `comment` are text and nothing.
struct TemplateScanner {
    private let source: TemplateSource
    private var position = 0
    private var trimsNextText = false
    private(set) var pieces: [Piece] = []
    private(set) var problems: [Diagnostic] = []

    private var scalars: [Unicode.Scalar] { source.scalars }

    init(_ source: TemplateSource) {
        self.source = source
        while let opening = Self.opening(in: source.scalars, from: position..<source.scalars.count) {
            scanMarkup(at: opening)
        }
        addText(position..<scalars.count)
    }

    private mutating func scanMarkup(at opening: Int) {
        let isOutput = scalars[opening + 1] == "{"
        guard let markup = markup(at: opening) else {
            problems.append(
                .error(
                    isOutput ? "`{{` is not closed by `}}`" : "`{%` is not closed by `%}`",
                    at: source.location(opening..<opening + 2)))
            position = Self.opening(in: scalars, from: opening + 2..<scalars.count) ?? scalars.count
            return
        }
        addText(position..<opening, trimsEnd: trimsBefore(markup))
        trimsNextText = trimsAfter(markup)
        position = markup.whole.upperBound
        guard !isOutput else {
            pieces.append(.output(markup))
            return
        }
        let name = tagName(markup)
        switch source.text(name) {
        case "raw": scanBody(of: "raw", markup) { $0.addText($1, trimsEnd: $2) }
        case "comment": scanBody(of: "comment", markup) { _, _, _ in }
        case let text:
            pieces.append(
                .tag(name: text, Markup(content: name.upperBound..<markup.content.upperBound, whole: markup.whole)))
        }
    }

    /// Goes on behind the tag that ends the body. Comments may hold comments; nothing else in a body is looked at.
    private mutating func scanBody(
        of name: String, _ opening: Markup, _ use: (inout Self, Range<Int>, _ trimsEnd: Bool) -> Void
    ) {
        var depth = 1
        var search = position
        while let next = Self.opening(in: scalars, from: search..<scalars.count) {
            search = next + 2
            guard scalars[next + 1] == "%", let tag = markup(at: next) else { continue }
            let found = source.text(tagName(tag))
            if found == name, name == "comment" { depth += 1 }
            if found == "end\(name)" { depth -= 1 }
            guard depth == 0 else { continue }
            use(&self, position..<next, trimsBefore(tag))
            trimsNextText = trimsAfter(tag)
            position = tag.whole.upperBound
            return
        }
        problems.append(
            .error("`\(name)` is not closed by `end\(name)`", at: source.location(opening.whole)))
        position = scalars.count
    }

    private mutating func addText(_ range: Range<Int>, trimsEnd: Bool = false) {
        var range = range
        if trimsNextText {
            let start = range.first { !scalars[$0].properties.isWhitespace } ?? range.upperBound
            range = start..<range.upperBound
        }
        if trimsEnd {
            let end = range.last { !scalars[$0].properties.isWhitespace }.map { $0 + 1 } ?? range.lowerBound
            range = range.lowerBound..<end
        }
        trimsNextText = false
        if !range.isEmpty { pieces.append(.text(source.text(range))) }
    }

    // MARK: Braces

    private static func opening(in scalars: [Unicode.Scalar], from range: Range<Int>) -> Int? {
        range.dropLast().first { scalars[$0] == "{" && (scalars[$0 + 1] == "{" || scalars[$0 + 1] == "%") }
    }

    /// Nil where the braces are not closed, or others are opened before (outside quotes) by one who forgot to.
    private func markup(at opening: Int) -> Markup? {
        let first: Unicode.Scalar = scalars[opening + 1] == "{" ? "}" : "%"
        var start = opening + 2
        guard
            let closing = (start..<scalars.count).dropLast().first(where: {
                scalars[$0] == first && scalars[$0 + 1] == "}"
            })
        else { return nil }
        if start < closing, scalars[start] == "-" { start += 1 }
        let end = closing > start && scalars[closing - 1] == "-" ? closing - 1 : closing
        guard !opensOthers(start..<end) else { return nil }
        return Markup(content: start..<end, whole: opening..<closing + 2)
    }

    private func opensOthers(_ content: Range<Int>) -> Bool {
        var quote: Unicode.Scalar?
        for position in content.dropLast() {
            let scalar = scalars[position]
            if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == "\"" || scalar == "'" {
                quote = scalar
            } else if scalar == "{", scalars[position + 1] == "{" || scalars[position + 1] == "%" {
                return true
            }
        }
        return false
    }

    private func trimsBefore(_ markup: Markup) -> Bool { scalars[markup.whole.lowerBound + 2] == "-" }

    private func trimsAfter(_ markup: Markup) -> Bool { scalars[markup.whole.upperBound - 3] == "-" }

    private func tagName(_ markup: Markup) -> Range<Int> {
        let start = markup.content.first { !scalars[$0].properties.isWhitespace } ?? markup.content.upperBound
        let end = (start..<markup.content.upperBound).first { !scalars[$0].isNamePart } ?? markup.content.upperBound
        return start..<end
    }
}
