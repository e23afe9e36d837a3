import Diagnostics
import FoundationEssentials
import JSON

extension ValueRenderer {
    mutating func renderScalar(
        _ difference: Difference, before: JSONValue?, after: JSONValue?, indent: Int, options: Options
    ) {
        if case .string(let text) = after ?? before ?? .null {
            let old = before?.stringValue.map(Text.init)
            let new = after?.stringValue.map(Text.init)
            return renderText(
                difference, before: old, after: new, either: new ?? old ?? Text(text), indent: indent, options: options)
        }
        writeSimple(difference, before: before, after: after, options: options)
    }

    private mutating func writeSimple(
        _ difference: Difference, before: JSONValue?, after: JSONValue?, options: Options
    ) {
        if difference.action == .update {
            write(before ?? .null)
            writeArrow()
            write(after ?? .null)
        } else {
            write((difference.action == .delete ? before : after) ?? before ?? .null)
            if before != .null { writeNullSuffix(difference, options) }
        }
        writeForcesReplacement(difference)
    }

    private mutating func write(_ value: JSONValue) {
        switch value {
        case .string(let text): writer.write(PrintableText.quoted(text))
        case .null: writer.write("null", .faint)
        default: writer.write(value.text)
        }
    }

    /// A string with what can be read in it.
    struct Text {
        let value: String
        /// The object or list that the string holds as JSON.
        let json: JSONValue?

        init(_ value: String) {
            self.value = value
            json = value.first == "{" || value.first == "[" ? try? JSONValue(parsing: Data(value.utf8)) : nil
        }

        var isMultiline: Bool { value.utf8.contains(UInt8(ascii: "\n")) }

        /// Without white space at the ends.
        var lines: [Substring] {
            var trimmed = value[...].drop(while: \.isWhitespace)
            while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
            return Self.split(trimmed)
        }

        /// By line feeds only; a carriage return before one stays and is shown.
        private static func split(_ text: Substring) -> [Substring] {
            text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Substring($0) }
        }
    }

    private mutating func renderText(
        _ difference: Difference, before: Text?, after: Text?, either: Text, indent: Int, options: Options
    ) {
        guard difference.action == .update, let before, let after else {
            if either.json != nil {
                renderJSON(difference, before: before?.json, after: after?.json, indent: indent, options: options)
            } else if either.isMultiline {
                let lines = either.lines.map { (DifferenceAction.noOp, $0) }
                renderLines(lines, difference, indent: indent, options: options)
            } else {
                writeSimple(
                    difference, before: before.map { .string($0.value) }, after: after.map { .string($0.value) },
                    options: options)
            }
            return
        }
        switch (before.json, after.json) {
        case (.some, .some):
            renderJSON(difference, before: before.json, after: after.json, indent: indent, options: options)
        case (nil, nil) where before.isMultiline || after.isMultiline:
            renderLines(Self.changedLines(before, after), difference, indent: indent, options: options)
        case (nil, nil):
            writeSimple(difference, before: .string(before.value), after: .string(after.value), options: options)
        default:
            let old = Difference(
                action: .delete, forcesReplacement: false,
                content: .scalar(before: .string(before.value), after: nil))
            let new = Difference(
                action: .create, forcesReplacement: false, content: .scalar(before: nil, after: .string(after.value)))
            render(
                Difference(
                    action: .update, forcesReplacement: difference.forcesReplacement,
                    content: .typeChange(before: old, after: new)), indent: indent, options: options)
        }
    }

    private static func changedLines(_ before: Text, _ after: Text) -> [(DifferenceAction, Substring)] {
        let old = before.lines
        let new = after.lines
        return ListAlignment(lines: old, new).pairs.compactMap { pair in
            switch (pair.before, pair.after) {
            case (let before?, .some): (.noOp, old[before])
            case (let before?, nil): (.delete, old[before])
            case (nil, let after?): (.create, new[after])
            case (nil, nil): nil
            }
        }
    }

    private mutating func renderLines(
        _ lines: [(DifferenceAction, Substring)], _ difference: Difference, indent: Int, options: Options
    ) {
        writer.write("<<-EOT")
        writeForcesReplacement(difference)
        writer.newLine()
        for (action, line) in lines {
            startLine(indent + 1, action)
            writer.write(PrintableText.line(line))
            writer.newLine()
        }
        startLine(indent)
        writer.write("EOT")
        writeNullSuffix(difference, options)
    }

    /// The structure inside a string of JSON, as the `jsonencode(...)` that makes it.
    private mutating func renderJSON(
        _ difference: Difference, before: JSONValue?, after: JSONValue?, indent: Int, options: Options
    ) {
        let inner = Difference(of: ValueChange(before: before, after: after), typing: .dynamic)
        let isOnlyLayout = inner.action == .noOp && difference.action == .update
        var body = ValueRenderer()
        body.render(
            inner, indent: indent + 1,
            options: Options(omitsNullSuffix: true, showsUnchanged: options.showsUnchanged || isOnlyLayout))
        writer.write("jsonencode(")
        if body.writer.finished.isEmpty {
            writer.write(body.writer)
            writer.write(")")
            writeLayoutNote(difference, isOnlyLayout)
        } else {
            writeLayoutNote(difference, isOnlyLayout)
            writer.newLine()
            startLine(indent + 1, inner.action == .update ? .update : .noOp)
            writer.write(body.writer)
            if !isOnlyLayout { writeForcesReplacement(difference) }
            writer.newLine()
            startLine(indent)
            writer.write(")")
        }
        writeNullSuffix(difference, options)
    }

    private mutating func writeLayoutNote(_ difference: Difference, _ isOnlyLayout: Bool) {
        guard isOnlyLayout else { return }
        writer.write(
            difference.forcesReplacement ? " # whitespace changes force replacement" : " # whitespace changes", .faint)
    }
}
