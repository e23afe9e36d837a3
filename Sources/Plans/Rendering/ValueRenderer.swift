import Diagnostics
import JSON

/// Draws a ``Difference`` in the layout of `terraform plan`.
struct ValueRenderer {
    struct Options {
        /// Inside of something that says it already, ` -> null` is left out.
        var omitsNullSuffix = false
        /// Unchanged parts are drawn and not only counted.
        var showsUnchanged = false
    }

    /// Shown in blocks and objects even when they stay as they are: they tell which object this is.
    private static let identifyingNames: Set<String> = ["id", "name", "tags"]

    var writer = LineWriter()

    mutating func render(_ difference: Difference, indent: Int, options: Options = Options()) {
        switch difference.content {
        case .scalar(let before, let after):
            renderScalar(difference, before: before, after: after, indent: indent, options: options)
        case .sensitive:
            writer.write("(sensitive value)", .faint)
            writeSuffixes(of: difference, options)
        case .unknown(let before):
            if let before {
                render(before, indent: indent, options: Options(omitsNullSuffix: true))
                writeArrow()
            }
            writer.write("(known after apply)")
            writeForcesReplacement(difference)
        case .typeChange(let before, let after):
            render(before, indent: indent, options: Options(omitsNullSuffix: true))
            writeArrow()
            render(after, indent: indent, options: Options(omitsNullSuffix: true))
            writeForcesReplacement(difference)
        case .object(let members):
            renderMembers(
                members.map { ($0, PrintableText.name($0), $1) }, of: difference, kind: "attribute", indent, options)
        case .map(let members):
            renderMembers(
                members.map { ($0, PrintableText.quoted($0), $1) }, of: difference, kind: "element", indent, options)
        case .list(let elements): renderList(elements, of: difference, indent, options)
        case .block(let attributes, let blocks):
            renderBlock(attributes, blocks, of: difference, indent, options)
        }
    }
}

// MARK: Pieces

extension ValueRenderer {
    static func symbol(of action: DifferenceAction) -> (text: String, style: TextStyle) {
        switch action {
        case .noOp: ("    ", .plain)
        case .create: ("  + ", .added)
        case .update: ("  ~ ", .changed)
        case .delete: ("  - ", .removed)
        }
    }

    /// The indentation, and the symbol of an action after it.
    mutating func startLine(_ indent: Int, _ action: DifferenceAction = .noOp) {
        writer.write(String(repeating: "    ", count: indent))
        let symbol = Self.symbol(of: action)
        writer.write(symbol.text, symbol.style)
    }

    mutating func writeArrow() {
        writer.write(" -> ", .changed)
    }

    mutating func writeForcesReplacement(_ difference: Difference) {
        if difference.forcesReplacement { writer.write(" # forces replacement", .replaced) }
    }

    mutating func writeNullSuffix(_ difference: Difference, _ options: Options) {
        if difference.action == .delete, !options.omitsNullSuffix {
            writeArrow()
            writer.write("null", .faint)
        }
    }

    mutating func writeSuffixes(of difference: Difference, _ options: Options) {
        writeNullSuffix(difference, options)
        writeForcesReplacement(difference)
    }

    private mutating func writeHidden(_ count: Int, _ kind: String, _ indent: Int) {
        guard count > 0 else { return }
        startLine(indent)
        writer.write("# (\(count) unchanged \(kind)\(count == 1 ? "" : "s") hidden)", .faint)
        writer.newLine()
    }

    /// What changes about the hiding of a value, above it.
    private mutating func writeSensitivityWarning(_ difference: Difference, _ indent: Int) {
        guard case .sensitive(let before, let after, let valueAction) = difference.content, before != after,
            valueAction != .create, valueAction != .delete
        else { return }
        startLine(indent)
        writer.write("# Warning: ", .warning)
        writer.write("this value will \(before ? "no longer" : "from now on") be marked as sensitive", .faint)
        if valueAction == .noOp { writer.write("; it stays the same", .faint) }
        writer.newLine()
    }
}

// MARK: Collections

extension ValueRenderer {
    private mutating func renderMembers(
        _ members: [(name: String, label: String, value: Difference)], of difference: Difference, kind: String,
        _ indent: Int, _ options: Options
    ) {
        guard !members.isEmpty else {
            writer.write("{}")
            writeSuffixes(of: difference, options)
            return
        }
        writer.write("{")
        writeForcesReplacement(difference)
        writer.newLine()
        var inner = options
        inner.omitsNullSuffix = true
        let hidden = writeAttributes(members, keepingIdentifying: kind == "attribute", indent + 1, inner)
        writeHidden(hidden, kind, indent + 1)
        startLine(indent)
        writer.write("}")
        writeNullSuffix(difference, options)
    }

    /// Writes aligned `name = value` lines.
    ///
    /// - Returns: how many are left out because nothing happens to them.
    private mutating func writeAttributes(
        _ members: [(name: String, label: String, value: Difference)], keepingIdentifying: Bool, _ indent: Int,
        _ options: Options
    ) -> Int {
        let width = members.map(\.label.unicodeScalars.count).max() ?? 0
        var hidden = 0
        for (name, label, value) in members {
            var options = options
            if keepingIdentifying, Self.identifyingNames.contains(name) {
                options.showsUnchanged = true
            } else if value.action == .noOp, !options.showsUnchanged {
                hidden += 1
                continue
            }
            writeSensitivityWarning(value, indent)
            startLine(indent, value.action)
            writer.write(label + String(repeating: " ", count: width - label.unicodeScalars.count) + " = ")
            render(value, indent: indent, options: options)
            writer.newLine()
        }
        return hidden
    }

    /// Elements with one unchanged neighbour on each side of a change, because in a list the order matters.
    private mutating func renderList(
        _ elements: [Difference], of difference: Difference, _ indent: Int, _ options: Options
    ) {
        guard !elements.isEmpty else {
            writer.write("[]")
            writeSuffixes(of: difference, options)
            return
        }
        writer.write("[")
        writeForcesReplacement(difference)
        writer.newLine()
        let unchangedOptions = Options(omitsNullSuffix: options.omitsNullSuffix, showsUnchanged: true)
        var skipped: [Difference] = []
        var showsNext = false
        for element in elements {
            if element.action == .noOp, !showsNext, !options.showsUnchanged {
                skipped.append(element)
                continue
            }
            showsNext = element.action != .noOp
            writeHidden(skipped.count - 1, "element", indent + 1)
            if let neighbour = skipped.last { writeElement(neighbour, indent + 1, unchangedOptions) }
            skipped = []
            let isContext = element.action == .noOp
            writeElement(
                element, indent + 1,
                isContext ? unchangedOptions : Options(omitsNullSuffix: true, showsUnchanged: options.showsUnchanged))
        }
        writeHidden(skipped.count, "element", indent + 1)
        startLine(indent)
        writer.write("]")
        writeNullSuffix(difference, options)
    }

    private mutating func writeElement(_ element: Difference, _ indent: Int, _ options: Options) {
        writeSensitivityWarning(element, indent)
        startLine(indent, element.action)
        render(element, indent: indent, options: options)
        writer.write(",")
        writer.newLine()
    }

    private mutating func renderBlock(
        _ attributes: [(name: String, value: Difference)], _ blocks: [(name: String, value: Difference)],
        of difference: Difference, _ indent: Int, _ options: Options
    ) {
        writer.write("{")
        if attributes.isEmpty, blocks.isEmpty {
            writer.write("}")
            writeForcesReplacement(difference)
            return
        }
        writeForcesReplacement(difference)
        writer.newLine()
        let labelled = attributes.map { (name: $0.name, label: PrintableText.name($0.name), value: $0.value) }
        let hidden = writeAttributes(labelled, keepingIdentifying: true, indent + 1, options)
        writeHidden(hidden, "attribute", indent + 1)
        var hiddenBlocks = 0
        for (name, block) in blocks {
            guard block.action != .noOp || options.showsUnchanged else {
                hiddenBlocks += 1
                continue
            }
            writer.newLine()
            startLine(indent + 1, block.action)
            writer.write(PrintableText.name(name) + " ")
            render(block, indent: indent + 1, options: options)
            writer.newLine()
        }
        if hiddenBlocks > 0 {
            writer.newLine()
            writeHidden(hiddenBlocks, "block", indent + 1)
        }
        startLine(indent)
        writer.write("}")
    }
}
