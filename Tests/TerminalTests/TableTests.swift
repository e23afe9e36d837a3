import Diagnostics
import Testing

@testable import Terminal

struct TableTests {
    private func text(_ rows: [[String]], columns: [String] = ["NAME", "PHASE", "NOTE"], width: Int? = nil) -> String {
        var table = Table(columns: columns)
        for row in rows { table.append(row) }
        return table.lines(width: width).map(\.text).joined(separator: "\n")
    }

    @Test func `columns are as wide as their content and no line ends in spaces`() {
        #expect(
            text([["dev", "succeeded", ""], ["staging", "", "waits"], ["p", "", ""]]) == """
                NAME     PHASE      NOTE
                dev      succeeded
                staging             waits
                p
                """)
    }

    @Test func `wide characters keep the columns straight`() {
        #expect(
            text([["漢字", "a", "x"], ["e\u{301}", "b", "y"]]) == """
                NAME  PHASE  NOTE
                漢字  a      x
                e\u{301}     b      y
                """)
    }

    @Test func `the last column is cut to the terminal, and to nothing without one`() {
        let row = [["dev", "failed", "the provider said many words"]]
        #expect(text(row, width: 27).split(separator: "\n").last == "dev   failed  the provider…")
        #expect(text(row).split(separator: "\n").last == "dev   failed  the provider said many words")
        #expect(text(row, width: 5).split(separator: "\n").last == "dev   failed  the pro…")
    }

    @Test func `a row with too few or too many cells keeps the shape`() {
        #expect(
            text([["a"], ["a", "b", "c", "d"]]) == """
                NAME  PHASE  NOTE
                a
                a     b      c
                """)
    }

    @Test func `hostile cells cannot break out`() {
        #expect(text([["a\u{1B}[2J\nb\tc"]], columns: ["NAME"]) == "NAME\na\\u{1b}[2J\\nb c")
    }

    @Test func `a cell keeps its styles`() {
        var table = Table(columns: ["NAME", "PHASE"])
        #expect(table.isEmpty)
        table.append([StyledLine("dev", .strong), StyledLine("failed", .error)])
        #expect(!table.isEmpty)
        #expect(
            table.lines().last
                == StyledLine([StyledSpan("dev", .strong), StyledSpan("   "), StyledSpan("failed", .error)]))
    }
}
