import Diagnostics
import StackGraph
import Synchronization
import Testing

@testable import Runs

/// Work on many stacks at once.
@Suite struct GraphWorkTests {
    private func schedule(_ names: Set<String>, _ edges: [(String, String)] = []) throws -> Schedule {
        let graph = try StackGraph(
            names: names.sorted(),
            edges: edges.map {
                .init(
                    stack: $0.0, dependency: $0.1, outputs: [], location: SourceLocation(file: "", line: 1, column: 1))
            })
        return Schedule(of: names, in: graph)
    }

    @Test func `each stack starts when those that it needs have ended, and never more than allowed are at work`()
        async throws
    {
        let names = Set((0..<40).map { "s\($0)" })
        let edges = (1..<40).map { ("s\($0)", "s\(($0 - 1) / 2)") }
        let seen = Mutex<(atWork: Int, most: Int, ended: Set<String>, early: [String])>((0, 0, [], []))
        let values = await workThrough(
            try schedule(names, edges), atOnce: 3, ending: { $0 ? .succeeded : .failed }, onSkip: { _ in }
        ) { name in
            seen.withLock { seen in
                seen.atWork += 1
                seen.most = max(seen.most, seen.atWork)
                if let edge = edges.first(where: { $0.0 == name }), !seen.ended.contains(edge.1) {
                    seen.early.append(name)
                }
            }
            await Task.yield()
            seen.withLock { seen in
                seen.atWork -= 1
                seen.ended.insert(name)
            }
            return true
        }
        #expect(Set(values.keys) == names)
        seen.withLock { seen in
            #expect(seen.early == [])
            #expect(seen.most == 3)
        }
    }

    @Test func `without memory for more they are worked on one after the other`() async throws {
        let most = Mutex((atWork: 0, most: 0))
        _ = await workThrough(
            try schedule(["a", "b", "c", "d"]), atOnce: 4, memory: MemoryGauge { 700 << 20 },
            ending: { $0 ? .succeeded : .failed },
            onSkip: { _ in }
        ) { _ in
            most.withLock { most in
                most.atWork += 1
                most.most = max(most.most, most.atWork)
            }
            await Task.yield()
            most.withLock { $0.atWork -= 1 }
            return true
        }
        #expect(most.withLock { $0.most } == 1)
    }

    @Test func `a cancelled command starts nothing more, and says what was not started`() async throws {
        let started = Mutex<[String]>([])
        let schedule = try schedule(["a", "b", "c"], [("b", "a"), ("c", "b")])
        let task = Task {
            var skipped: [String] = []
            _ = await workThrough(
                schedule, atOnce: 2, ending: { $0 ? .succeeded : .failed }, onSkip: { skipped.append($0.stack) }
            ) {
                name in
                started.withLock { $0.append(name) }
                try? await Task.sleep(for: .seconds(60))
                return true
            }
            return skipped
        }
        while started.withLock({ $0.isEmpty }) { await Task.yield() }
        task.cancel()
        #expect(await task.value == ["b", "c"])
        #expect(started.withLock { $0 } == ["a"])
    }
}
