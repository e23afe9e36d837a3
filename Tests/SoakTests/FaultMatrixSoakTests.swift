import FaultMatrix
import Foundation
import Testing

/// The whole matrix of faults, of which `make acceptance` plays a share.
///
/// `STACK_SOAK_FAULTS` chooses those whose name contains it.
@Suite struct FaultMatrixSoakTests {
    @Test func `whatever breaks a run and whenever, nothing is lost in silence and the next apply goes through`() async
    {
        let wanted = ProcessInfo.processInfo.environment["STACK_SOAK_FAULTS"]
        let faults = Fault.all.filter { fault in wanted.map { fault.name.contains($0) } ?? true }
        #expect(!faults.isEmpty)
        let report = await play(faults, share: 1)
        print(report.table)
        for failure in report.failures { Issue.record("\(failure)") }
        #expect(report.isClean)
    }
}
