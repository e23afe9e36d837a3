package import Diagnostics
import FoundationEssentials

extension ProposedFiles {
    /// All changes as `git diff` shows them: what a person reads, and `git apply` understands.
    package var difference: [StyledLine] { changes.flatMap(\.difference) }
}

extension FileChange {
    /// The change as `git diff` shows it, without git's names of contents.
    package var difference: [StyledLine] {
        var lines = [StyledLine("diff --git a/\(path) b/\(path)", .strong)]
        switch (before, after) {
        case (nil, let after?): lines.append(StyledLine("new file mode \(after.mode)", .strong))
        case (let before?, nil): lines.append(StyledLine("deleted file mode \(before.mode)", .strong))
        case (let before?, let after?) where before.isExecutable != after.isExecutable:
            lines += [StyledLine("old mode \(before.mode)", .strong), StyledLine("new mode \(after.mode)", .strong)]
        default: break
        }
        let (old, new) = (before?.data ?? Data(), after?.data ?? Data())
        guard old != new else { return lines }
        guard let old = text(old), let new = text(new) else {
            return lines + [StyledLine("Binary file: \(size(before)) → \(size(after))")]
        }
        lines.append(StyledLine("--- \(before == nil ? "/dev/null" : "a/\(path)")", .strong))
        lines.append(StyledLine("+++ \(after == nil ? "/dev/null" : "b/\(path)")", .strong))
        return lines + hunks(of: lineEdits(from: old, to: new)).flatMap(\.lines)
    }

    private func size(_ content: FileContent?) -> String {
        content.map { "\($0.data.count) bytes" } ?? "no file"
    }

    /// Nil for what is no text.
    private func text(_ data: Data) -> [UInt8]? {
        guard !data.contains(0), String(validating: data, as: UTF8.self) != nil else { return nil }
        return Array(data)
    }
}

extension FileContent {
    /// As git writes it.
    fileprivate var mode: String { isExecutable ? "100755" : "100644" }
}

/// Changes with the unchanged lines around them.
private struct Hunk {
    /// Numbers of lines before it.
    var oldStart: Int
    var newStart: Int
    var edits: [LineEdit] = []

    var lines: [StyledLine] {
        let old = edits.count { $0.kind != .added }
        let new = edits.count { $0.kind != .removed }
        return [StyledLine("@@ -\(range(oldStart, old)) +\(range(newStart, new)) @@", .hint)]
            + edits.flatMap { edit in
                let text = String(decoding: edit.line, as: UTF8.self)
                let line =
                    switch edit.kind {
                    case .kept: StyledLine(" " + text)
                    case .removed: StyledLine("-" + text, .removed)
                    case .added: StyledLine("+" + text, .added)
                    }
                return edit.isEnded ? [line] : [line, StyledLine("\\ No newline at end of file")]
            }
    }

    /// POSIX diff(1): a single line has no count, and no line has the number of the one before it.
    private func range(_ before: Int, _ count: Int) -> String {
        switch count {
        case 0: "\(before),0"
        case 1: "\(before + 1)"
        default: "\(before + 1),\(count)"
        }
    }
}

private let contextLines = 3

private func hunks(of edits: [LineEdit]) -> [Hunk] {
    let changed = edits.indices.filter { edits[$0].kind != .kept }
    var hunks: [Hunk] = []
    var (position, old, new) = (0, 0, 0)
    var lastEnd = 0
    for index in changed {
        let start = max(lastEnd, index - contextLines)
        // One that begins where the last ended is a part of it.
        if hunks.isEmpty || start > lastEnd {
            while position < start {
                if edits[position].kind != .added { old += 1 }
                if edits[position].kind != .removed { new += 1 }
                position += 1
            }
            hunks.append(Hunk(oldStart: old, newStart: new))
        }
        let end = min(edits.count, index + contextLines + 1)
        while position < end {
            hunks[hunks.count - 1].edits.append(edits[position])
            if edits[position].kind != .added { old += 1 }
            if edits[position].kind != .removed { new += 1 }
            position += 1
        }
        lastEnd = end
    }
    return hunks
}
