package import FoundationEssentials

/// What one command about stacks has come to, for those who read it afterwards. Its texts are masked already.
package struct RunReport: Hashable, Sendable {
    package enum Operation: String, Hashable, Sendable, CaseIterable {
        case plan, apply, destroy, drift
    }

    package let operation: Operation
    package let start: Date
    package let end: Date
    /// Of the command.
    package let exitCode: Int32
    /// In the order in which the command names them.
    package let stacks: [StackReport]

    package init(operation: Operation, start: Date, end: Date, exitCode: Int32, stacks: [StackReport]) {
        self.operation = operation
        self.start = start
        self.end = end
        self.exitCode = exitCode
        self.stacks = stacks
    }

    /// How many stacks have come to each result, those that none has come to included.
    package var totals: [StackReport.Result: Int] {
        stacks.reduce(into: Dictionary(uniqueKeysWithValues: StackReport.Result.allCases.map { ($0, 0) })) {
            $0[$1.result, default: 0] += 1
        }
    }

    var seconds: Double { end.timeIntervalSince(start) }
}
