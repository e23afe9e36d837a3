import FaultMatrix
import Testing

/// A share of what `make soak` plays whole.
@Suite struct FaultMatrixTests {
    @Test func `whatever breaks a run, nothing is lost in silence and the next apply goes through`() async {
        let report = await play(Fault.all, share: 0.2)
        print(report.table)
        for failure in report.failures { Issue.record("\(failure)") }
        #expect(report.isClean)
    }

    @Test func `the matrix sees what a store that takes nothing in loses`() async {
        let names = ["SIGKILL to the executor", "SIGKILL to the follower"]
        let report = await play(
            Fault.all.filter { names.contains($0.name) }, share: 0.1, program: "stack-without-taking-in")
        print(report.table)
        #expect(report.rows.count == names.count)
        for row in report.rows { #expect(row.lost > 0, "\(row.fault)") }
    }
}
