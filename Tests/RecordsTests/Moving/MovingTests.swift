import Foundation
import JSON
import RecordsTestSupport
import Testing

@testable import Records

@Suite struct MovingTests {
    @Test(arguments: Engine.pairs)
    func `all of a project goes along, opens there, and another project on either side stays as it was`(
        from: Engine, to: Engine
    ) async throws {
        try await withSides(from, to) { source, target in
            // More than a page of bytes, and of rows.
            let state = noise(6 << 20, seed: 1)
            let old = try await source.records()
            try await old.fill("dev", state: state, events: 450)
            try await old.fill("web")
            try await source.database.remember(project: "project", in: "/home/anna/fleet", of: "laptop")
            try await source.records(of: "other").fill("dev", prefix: "other-")
            let stranger = try await target.records(of: "stranger")
            try await stranger.fill("dev", prefix: "stranger-")
            let units = [MovedUnit.stack("dev"), .stack("web"), .project("project")]
            var wanted: [String] = []
            for unit in units { wanted.append(try await source.engine.digest(of: unit).hexadecimal) }
            let strangers = try await target.engine.digest(of: .stack("stranger-dev"))

            let told = Told()
            let extent = try #require(try await move(source, target).carryOut { await told.add($0) })
            #expect(await told.stacks == ["dev", "web"])
            #expect((extent.stacks, extent.versions, extent.runs) == (2, 4, 4))
            #expect(extent.bytes > state.count)
            var found: [String] = []
            for unit in units { found.append(try await target.engine.digest(of: unit).hexadecimal) }
            #expect(found == wanted)
            #expect(
                try await target.engine.digest(of: .stack("stranger-dev")).hexadecimal == strangers.hexadecimal)
            #expect(try await target.records(of: "other").stacks().isEmpty)
            #expect(try await source.records(of: "other").state(of: "other-dev") == Data("state".utf8))

            let new = try await target.records()
            #expect(try await new.state(of: "dev") == state)
            #expect(try await new.events(run: "dev-1").count == 450)
            #expect(try await new.artifact(.planFile, run: "dev-2") == Data("the plan".utf8))
            #expect(try await new.clusters().map(\.handle) == ["cluster-dev", "cluster-web"])
            #expect(try await new.clusterHistory(handle: "cluster-dev").count == 1)
            #expect(try await target.database.project(in: "/home/anna/fleet", of: "laptop") == "project")
            // The lock was taken once before.
            #expect(try await new.lock("dev-2").token == 2)
        }
    }

    @Test func `the old side refuses by the new one's name, also whoever has opened it before`() async throws {
        try await withSides { source, target in
            let old = try await source.records()
            try await old.fill("dev")
            _ = try await move(source, target).carryOut()
            let moved = "the records of this project have moved to `target`"
            #expect(await failure { _ = try await source.records() } == moved)
            #expect(await failure { try await old.begin("late") } == moved)
            #expect(await failure { try await old.append(events: [("now", "line", [:])], run: "dev-1") } == moved)
            #expect(try await move(source, target).carryOut() == nil)
        }
    }

    @Test func `a run at work refuses the move and goes on; what was copied is not copied again`() async throws {
        try await withSides { source, target in
            let old = try await source.records()
            try await old.fill("dev")
            try await old.fill("web")
            try await old.begin("web-3", stack: "web")
            let told = Told()
            #expect(
                await failure { _ = try await move(source, target).carryOut { await told.add($0) } }
                    == "run `web-3` of `web` is, or may be, at work")
            try await old.advance(run: "web-3", to: .failed)
            let lock = try await old.lock("web-2", stack: "web")
            #expect(
                await failure { _ = try await move(source, target).carryOut { await told.add($0) } }
                    == "run `web-2` of `web` is, or may be, at work")
            try await old.releaseLock(lock)
            #expect(
                await failure { _ = try await target.records() }
                    == "the records of this project are not whole here: they are being moved from `source`")
            #expect(await told.stacks == ["dev", "web", "web"])
            #expect(try await move(source, target).carryOut { await told.add($0) }?.runs == 5)
            #expect(await told.stacks == ["dev", "web", "web", "web"])
        }
    }

    @Test(arguments: Engine.pairs)
    func `what is written while it is copied arrives, too`(from: Engine, to: Engine) async throws {
        try await withSides(from, to) { source, target in
            let old = try await source.records()
            for name in ["dev", "web"] { try await old.fill(name) }
            let told = Told()
            _ = try await move(source, target).carryOut { stack in
                await told.add(stack)
                guard await told.stacks.count == 1 else { return }
                await #expect(
                    failure {
                        try await old.work(on: "dev", run: "dev-3", state: Data("late".utf8))
                        try await old.rename(stack: "web", to: "site")
                        try await old.fill("new")
                    } == nil)
            }
            #expect(await told.stacks.first == "dev")
            let new = try await target.records()
            #expect(try await new.state(of: "dev") == Data("late".utf8))
            #expect(try await new.stacks().map(\.name) == ["dev", "new", "site"])
        }
    }

    @Test func `records that come back take the place of what was left behind`() async throws {
        try await withSides(.sqlite, .postgres) { source, target in
            let first = try await source.records()
            for name in ["dev", "web"] { try await first.fill(name) }
            _ = try await move(source, target).carryOut()
            let shared = try await target.records()
            try await shared.work(on: "dev", run: "dev-3", state: Data("newer".utf8))
            // Names that change hands.
            try await shared.rename(stack: "dev", to: "between")
            try await shared.rename(stack: "web", to: "dev")
            try await shared.rename(stack: "dev", to: "web")
            try await shared.fill("third")

            let told = Told()
            _ = try await move(target, source).carryOut { await told.add($0) }
            #expect(await told.stacks == ["dev", "third", "web"])
            let back = try await source.records()
            #expect(try await back.stacks().map(\.id) == ["web", "third", "dev"])
            #expect(try await back.state(of: "dev") == Data("newer".utf8))
            #expect(
                await failure { _ = try await target.records() }
                    == "the records of this project have moved to `source`")
        }
    }
}
