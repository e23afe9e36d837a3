import Diagnostics
import Files
import Foundation
import Records
import RecordsTestSupport
import StateStore
import SystemPackage
import Testing

/// What is taken in of what Terraform leaves, and what is refused.
struct StateIntakeTests {
    @Test(arguments: Engine.allCases)
    func `three states with one serial are taken in in the order of reading`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            let versions = [["a", "b"], ["b"], ["b", "c"]].map { state(run, serial: 1, resources: $0) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await run.intake.watch(every: .milliseconds(5)) }
                for version in versions {
                    try run.write(version)
                    try await run.waitUntilTaken(version)
                }
                group.cancelAll()
            }
            let (version, bytes, problems) = try await run.intake.finish()
            #expect(bytes == versions[2])
            #expect(version.serial == 1)
            #expect(version.resources == 2)
            #expect(problems.isEmpty)
            // One of the run, behind the one that it began with.
            #expect(try await run.records.stateVersions(of: run.stack.id).count == 2)
        }
    }

    @Test(arguments: Engine.allCases, [0, 1, 40, 0.5, 0.99])
    func `half a file is no version, and the last complete one stays`(engine: Engine, part: Double) async throws {
        try await withIntake(engine) { run in
            let whole = state(run, serial: 1, resources: ["a"])
            try run.write(whole)
            _ = try await run.intake.finish()
            let next = state(run, serial: 2, resources: ["a", "b"])
            try run.write(next.prefix(part < 1 ? Int(Double(next.count) * part) : Int(part)))
            let (version, bytes, problems) = try await run.intake.finish()
            #expect(bytes == whole)
            #expect(version.serial == 1)
            #expect(
                problems.map(\.message) == [
                    part == 0 ? "`terraform.tfstate` is empty" : "`terraform.tfstate` is not a complete state"
                ])
        }
    }

    @Test(arguments: Engine.allCases)
    func `another lineage is refused`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            try run.write(state(run, serial: 5, lineage: "other"))
            let (version, _, problems) = try await run.intake.finish()
            #expect(version == run.base)
            #expect(problems.map(\.message) == ["`terraform.tfstate` has another lineage (`other`)"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a lower serial is refused`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            try run.write(state(run, serial: 3, resources: ["a"]))
            _ = try await run.intake.finish()
            try run.write(state(run, serial: 2, resources: ["a", "b"]))
            let (version, _, problems) = try await run.intake.finish()
            #expect(version.serial == 3)
            #expect(problems.map(\.message) == ["`terraform.tfstate` has serial 2, lower than the 3 before it"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `errored tfstate is newer than the file beside it`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            try run.write(Data())
            let saved = state(run, serial: 4, resources: ["a", "b"])
            try run.write(saved, to: erroredStateFileName)
            let (version, bytes, problems) = try await run.intake.finish()
            #expect(bytes == saved)
            #expect(version.serial == 4)
            #expect(problems.map(\.message) == ["`terraform.tfstate` is empty"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `bytes that differ only in the version of Terraform are no conflict`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            let newer = state(run, serial: 0, version: "1.12.0")
            try run.write(newer)
            let (version, bytes, problems) = try await run.intake.finish()
            #expect(bytes == newer)
            #expect(version.terraformVersion == "1.12.0")
            #expect(problems.isEmpty)
        }
    }

    @Test(arguments: Engine.allCases)
    func `the same bytes make no version`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            let (version, _, problems) = try await run.intake.finish()
            #expect(version == run.base)
            #expect(problems.isEmpty)
            #expect(try await run.newest() == nil)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a file that is gone is said, and the last version stays`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            let whole = state(run, serial: 1, resources: ["a"])
            try run.write(whole)
            _ = try await run.intake.finish()
            try removeTree(run.folder.appending(stateFileName))
            let (_, bytes, problems) = try await run.intake.finish()
            #expect(bytes == whole)
            #expect(problems.map(\.message) == ["`terraform.tfstate` is gone from the workspace"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `an intake that begins anew goes on behind what the run has written`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            try run.write(state(run, serial: 3, resources: ["a"]))
            _ = try await run.intake.finish()
            let second = try await run.store.intake(in: run.folder, lock: run.lock, base: run.base)
            try run.write(state(run, serial: 2))
            let (version, _, problems) = try await second.finish()
            #expect(version.serial == 3)
            #expect(problems.count == 1)
        }
    }

    @Test(arguments: Engine.allCases)
    func `nobody plans on a version before its run has ended`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            try run.write(state(run, serial: 1, resources: ["a"]))
            _ = try await run.intake.finish()
            #expect(try await run.records.newestSettledState(of: run.stack.id) == run.base)
            try await run.records.finish(
                lock: run.lock, status: .failed, message: nil, exitCode: 1, unknownResources: nil)
            let settled = try #require(try await run.records.newestSettledState(of: run.stack.id))
            #expect(settled.serial == 1)
            #expect(!settled.isFromSuccess)
            #expect(try await run.records.newestSuccessfulState(of: run.stack.id) == run.base)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a version of a run that has lost its lock is refused`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            let holder = try #require(try await run.records.lockHolder(of: run.stack.id))
            let taken = try await run.records.takeOver(holder)
            try await run.records.endByForce(taken.lock, message: "its lock was taken by force by anna")
            try run.write(state(run, serial: 1, resources: ["a"]))
            await #expect(throws: Diagnostic.self) { _ = try await run.intake.finish() }
            #expect(try await run.newest() == nil)
        }
    }
}
