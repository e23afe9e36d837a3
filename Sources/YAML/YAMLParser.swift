package import Diagnostics
package import FoundationEssentials

/// One document of a stream; a document without content has a null scalar as its root.
package struct YAMLDocument: Hashable, Sendable {
    package let root: YAMLNode
}

/// What was read of a file: every document that is whole, and everything that is wrong with the others.
package struct YAMLStream: Sendable {
    package let documents: [YAMLDocument]
    /// Errors only, in the order of the file, with the text of their lines.
    package let diagnostics: [Diagnostic]
    package let text: SourceText
}

/// Reads the documents of a YAML file (YAML 1.1 syntax as libyaml reads it; what plain scalars mean is decided later).
///
/// Content never throws: text that is not UTF-8, control characters, syntax errors, duplicate keys, keys that are no
/// scalars, unknown aliases and exceeded limits are diagnostics. After a syntax error reading goes on at the next line
/// that begins a document, so that all mistakes of a file are reported together.
///
/// - Parameter file: the name for locations.
package func parseYAML(_ data: Data, file: String, limits: YAMLLimits = YAMLLimits()) -> YAMLStream {
    guard data.count <= limits.bytes else {
        let problem = Diagnostic.error(
            "the file has \(data.count) bytes; at most \(limits.bytes) are read",
            at: SourceLocation(file: file, line: 1, column: 1))
        return YAMLStream(documents: [], diagnostics: [problem], text: SourceText(Data()))
    }
    let text = SourceText(data)
    var diagnostics = characterProblems(in: text, file: file)
    var documents: [YAMLDocument] = []
    if diagnostics.isEmpty {
        (documents, diagnostics) = readSegments(of: text, file: file, limits: limits)
    }
    let shown = diagnostics.map { diagnostic in
        var diagnostic = diagnostic
        diagnostic.excerpt = diagnostic.location.flatMap { text.line($0.line) }
        return diagnostic
    }
    return YAMLStream(documents: documents, diagnostics: DiagnosticList(shown).sorted().diagnostics, text: text)
}

/// Parses from the first line, and again from the next document's first line after every syntax error.
private func readSegments(
    of text: SourceText, file: String, limits: YAMLLimits
) -> (documents: [YAMLDocument], diagnostics: [Diagnostic]) {
    var documents: [YAMLDocument] = []
    var diagnostics: [Diagnostic] = []
    var budget = limits.nodes
    var nextLine: Int? = 1
    while let firstLine = nextLine, let start = text.byteRange(ofLine: firstLine)?.lowerBound, start < text.bytes.count
    {
        nextLine = text.bytes.withUnsafeBufferPointer { buffer in
            let reader = EventReader(UnsafeBufferPointer(rebasing: buffer[start...]))
            var builder = TreeBuilder(
                reader: reader, file: file, limits: limits, budget: budget, lineOffset: firstLine - 1)
            var resume: Int?
            do {
                try builder.readDocuments()
            } catch let problem as SyntaxProblem {
                let errorLine = problem.mark.line + firstLine
                diagnostics.append(syntaxDiagnostic(problem, in: text, location: builder.location))
                resume = text.firstDocumentLine(from: max(errorLine, firstLine + 1))
            } catch let limit as TreeBuilder.LimitExceeded {
                diagnostics.append(limit.diagnostic)
            } catch {
                diagnostics.append(
                    .error("the file cannot be read", at: SourceLocation(file: file, line: 1, column: 1)))
            }
            documents += builder.documents
            diagnostics += builder.diagnostics
            budget = builder.budget
            return resume
        }
    }
    return (documents, diagnostics)
}

extension SourceText {
    /// The first line at or after `line` that is a document marker. `---` at a line's beginning is never content.
    fileprivate func firstDocumentLine(from line: Int) -> Int? {
        var number = line
        while let range = byteRange(ofLine: number) {
            let bytes = bytes[range]
            if bytes.starts(with: [0x2D, 0x2D, 0x2D]), bytes.count == 3 || bytes[range.lowerBound + 3] <= 0x20 {
                return number
            }
            number += 1
        }
        return nil
    }
}
