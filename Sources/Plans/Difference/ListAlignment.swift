import JSON

/// Which element of a list after the change is which one before it.
struct ListAlignment {
    /// Without `before`: new; without `after`: gone.
    struct Pair: Equatable {
        var before: Int?
        var after: Int?
    }

    let pairs: [Pair]

    /// Lists of one length are compared place by place, unless the same elements stand in another order. Otherwise the
    /// longest common subsequence stays, and objects that stand opposite each other in the gaps are the same object.
    init(of change: ValueChange) {
        let before = change.before?.arrayValue ?? []
        let after = change.after?.arrayValue ?? []
        let unknown = change.unknown?.arrayValue ?? []
        let isKnown = after.indices.map { $0 >= unknown.count || !Self.containsTrue(unknown[$0]) }
        if before.count == after.count, !Self.isReordered(before, after, isKnown: isKnown) {
            self.init(pairs: before.indices.map { Pair(before: $0, after: $0) })
            return
        }
        self.init(before.count, after.count) {
            isKnown[$1] && before[$0] == after[$1]
        } arePartners: {
            before[$0].objectValue != nil && after[$1].objectValue != nil
        }
    }

    /// Lines of a text.
    init(lines before: [Substring], _ after: [Substring]) {
        self.init(before.count, after.count) {
            before[$0] == after[$1]
        } arePartners: { _, _ in
            false
        }
    }

    private init(pairs: [Pair]) {
        self.pairs = pairs
    }

    private init(
        _ beforeCount: Int, _ afterCount: Int, areEqual: (Int, Int) -> Bool, arePartners: (Int, Int) -> Bool
    ) {
        var pairs: [Pair] = []
        var old = 0
        var new = 0
        let common = commonSubsequence(beforeCount, afterCount, areEqual: areEqual)
        for next in common + [(beforeCount, afterCount)] {
            while old < next.0 {
                if new < next.1, arePartners(old, new) {
                    pairs.append(Pair(before: old, after: new))
                    new += 1
                } else {
                    pairs.append(Pair(before: old))
                }
                old += 1
            }
            while new < next.1 {
                pairs.append(Pair(after: new))
                new += 1
            }
            if old < beforeCount, new < afterCount {
                pairs.append(Pair(before: old, after: new))
                old += 1
                new += 1
            }
        }
        self.init(pairs: pairs)
    }

    private static func isReordered(_ before: [JSONValue], _ after: [JSONValue], isKnown: [Bool]) -> Bool {
        guard before != after, isKnown.allSatisfy(\.self) else { return false }
        var counts: [JSONValue: Int] = [:]
        for element in before { counts[element, default: 0] += 1 }
        for element in after { counts[element, default: 0] -= 1 }
        return counts.values.allSatisfy { $0 == 0 }
    }

    private static func containsTrue(_ marks: JSONValue) -> Bool {
        switch marks {
        case .bool(let value): value
        case .array(let elements): elements.contains(where: containsTrue)
        case .object(let fields): fields.values.contains(where: containsTrue)
        case .null, .number, .string: false
        }
    }
}

/// The index pairs of a longest common subsequence.
///
/// Time and memory grow with the product of what lies between the common beginning and end; above four million cells
/// nothing in between counts as common, which is still a true diff, only not the shortest.
private func commonSubsequence(
    _ beforeCount: Int, _ afterCount: Int, areEqual: (Int, Int) -> Bool
) -> [(Int, Int)] {
    var start = 0
    while start < min(beforeCount, afterCount), areEqual(start, start) { start += 1 }
    var tail = 0
    while tail < min(beforeCount, afterCount) - start, areEqual(beforeCount - tail - 1, afterCount - tail - 1) {
        tail += 1
    }
    let rows = beforeCount - start - tail
    let columns = afterCount - start - tail
    var middle: [(Int, Int)] = []
    if rows > 0, columns > 0, rows * columns <= 4_000_000 {
        var lengths = [Int32](repeating: 0, count: (rows + 1) * (columns + 1))
        for row in stride(from: rows - 1, through: 0, by: -1) {
            for column in stride(from: columns - 1, through: 0, by: -1) {
                let cell = row * (columns + 1) + column
                lengths[cell] =
                    areEqual(start + row, start + column)
                    ? lengths[cell + columns + 2] + 1 : max(lengths[cell + 1], lengths[cell + columns + 1])
            }
        }
        var row = 0
        var column = 0
        while row < rows, column < columns {
            let cell = row * (columns + 1) + column
            if areEqual(start + row, start + column) {
                middle.append((start + row, start + column))
                row += 1
                column += 1
            } else if lengths[cell + columns + 1] >= lengths[cell + 1] {
                row += 1
            } else {
                column += 1
            }
        }
    }
    return (0..<start).map { ($0, $0) } + middle
        + (0..<tail).reversed().map { (beforeCount - $0 - 1, afterCount - $0 - 1) }
}
