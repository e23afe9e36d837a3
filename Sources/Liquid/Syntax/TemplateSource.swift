import Diagnostics

/// The text of a template, and where in its file each part stands.
struct TemplateSource: Sendable {
    private enum Origin: Sendable {
        case file(String, lineStarts: [Int])
        case field(SourceLocation)
    }

    let scalars: [Unicode.Scalar]
    private let origin: Origin

    init(_ text: String, file: String) {
        let scalars = Array(text.unicodeScalars)
        origin = .file(file, lineStarts: [0] + scalars.indices.filter { scalars[$0] == "\n" }.map { $0 + 1 })
        self.scalars = scalars
    }

    init(_ text: String, field: SourceLocation) {
        scalars = Array(text.unicodeScalars)
        origin = .field(field)
    }

    func text(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[range])
        return String(text)
    }

    /// The place of a part; of one that goes over several lines, its first.
    func location(_ range: Range<Int>) -> SourceLocation {
        switch origin {
        case .field(let location): return location
        case .file(let file, let lineStarts):
            let line = lineIndex(of: range.lowerBound, in: lineStarts)
            let length = min(range.upperBound, lineEnd(line, lineStarts)) - range.lowerBound
            return SourceLocation(
                file: file, line: line + 1, column: range.lowerBound - lineStarts[line] + 1, length: max(1, length))
        }
    }

    /// By place, with the line that each points at.
    func finish(_ problems: [Diagnostic]) -> DiagnosticList {
        DiagnosticList(problems.map(withExcerpt)).sorted()
    }

    private func withExcerpt(_ problem: Diagnostic) -> Diagnostic {
        guard case .file(_, let lineStarts) = origin, let line = problem.location.map({ $0.line - 1 }) else {
            return problem
        }
        var problem = problem
        problem.excerpt = text(lineStarts[line]..<lineEnd(line, lineStarts))
        return problem
    }

    private func lineIndex(of position: Int, in lineStarts: [Int]) -> Int {
        var (low, high) = (0, lineStarts.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= position { low = middle } else { high = middle - 1 }
        }
        return low
    }

    private func lineEnd(_ line: Int, _ lineStarts: [Int]) -> Int {
        guard line + 1 < lineStarts.count else { return scalars.count }
        let end = lineStarts[line + 1] - 1
        return end > lineStarts[line] && scalars[end - 1] == "\r" ? end - 1 : end
    }
}
