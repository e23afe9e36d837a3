import Diagnostics

/// The rows at the bottom of the screen that are redrawn in place; the cursor stands at the start of the line below.
struct ScreenBlock: Equatable {
    private var widths: [Int] = []
    private var lines: [String] = []

    init() {}

    init(_ lines: [StyledLine], colored: Bool) {
        widths = lines.map { displayWidth(of: $0.text) }
        self.lines = lines.map { $0.rendered(colored: colored) }
    }

    var isEmpty: Bool { lines.isEmpty }

    /// What draws the block where there is none.
    var drawing: String { lines.map { $0 + "\n" }.joined() }

    /// The control sequence that removes the block, empty when there is none.
    ///
    /// - Parameter width: of the terminal now; in a window that was made narrower the rows have wrapped.
    func erasing(width: Int) -> String { isEmpty ? "" : toTop(width) + "\u{1B}[J" }

    /// What draws another block in its place. Line by line, and what is left below is erased last: nothing is dark in
    /// between, so nothing flickers.
    func replacing(with new: ScreenBlock, width: Int) -> String {
        guard !isEmpty, !new.isEmpty else { return erasing(width: width) + new.drawing }
        return toTop(width) + new.lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
    }

    private func toTop(_ width: Int) -> String {
        "\r\u{1B}[\(widths.reduce(0) { $0 + max(1, ($1 + width - 1) / width) })A"
    }
}
