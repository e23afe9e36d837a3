import Foundation

/// What came of a matrix of faults.
package struct Report: Sendable {
    package struct Row: Sendable {
        package let fault: String
        /// Runs that were broken.
        package var points = 0
        /// Those of them that were not over when the fault struck.
        package var struck = 0
        /// Marks that are neither in the state nor named.
        package var lost = 0
        /// Resources that were named as unknown.
        package var unknown = 0
        /// Runs after which the stack could not be brought to its end.
        package var stuck = 0
        package var plansOnDamage = 0
        var recoveries: [Duration] = []
        package var failures: [String] = []

        init(fault: String) { self.fault = fault }
    }

    package let rows: [Row]

    /// Whether nothing was lost in silence, nothing is stuck, and no plan was made on a state that is not whole.
    package var isClean: Bool { rows.allSatisfy { $0.lost == 0 && $0.stuck == 0 && $0.plansOnDamage == 0 } }

    package var failures: [String] { rows.flatMap(\.failures) }

    /// One line a fault, each beginning with a bar, so that whoever filters the tests' output lets it through.
    package var table: String {
        let heads = [
            "fault", "points", "struck", "lost", "unknown", "stuck", "bad plans", "to recover: median", "most",
        ]
        let cells = rows.map { row in
            let times = row.recoveries.sorted()
            return [row.fault]
                + [row.points, row.struck, row.lost, row.unknown, row.stuck, row.plansOnDamage].map(String.init)
                + [times.isEmpty ? nil : times[times.count / 2], times.last].map { $0.map(seconds) ?? "-" }
        }
        let sums = [
            "all", total(\.points), total(\.struck), total(\.lost), total(\.unknown), total(\.stuck),
            total(\.plansOnDamage),
        ]
        let lines = [heads] + cells + [sums + ["", rows.flatMap(\.recoveries).max().map(seconds) ?? "-"]]
        let widths = heads.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            "│ "
                + zip(line, widths).enumerated().map { column, cell in
                    let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                    return column == 0 ? cell.0 + padding : padding + cell.0
                }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private func total(_ count: KeyPath<Row, Int>) -> String { "\(rows.map { $0[keyPath: count] }.reduce(0, +))" }
}

private func seconds(_ duration: Duration) -> String { String(format: "%.1f s", duration / .seconds(1)) }
