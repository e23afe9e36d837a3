import Diagnostics

/// The rows at the bottom of the screen that are redrawn in place; the cursor stands at the start of the line below.
struct ScreenBlock {
    private var widths: [Int] = []
    /// What draws the block.
    private(set) var drawing = ""

    init() {}

    init(_ lines: [StyledLine], colored: Bool) {
        widths = lines.map { displayWidth(of: $0.text) }
        drawing = lines.map { $0.rendered(colored: colored) + "\n" }.joined()
    }

    /// The control sequence that removes the block, empty when there is none.
    ///
    /// - Parameter width: of the terminal now; in a window that was made narrower the rows have wrapped.
    func erasing(width: Int) -> String {
        guard !widths.isEmpty else { return "" }
        let rows = widths.reduce(0) { $0 + max(1, ($1 + width - 1) / width) }
        return "\r\u{1B}[\(rows)A\u{1B}[J"
    }
}
