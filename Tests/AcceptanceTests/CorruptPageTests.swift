import Foundation
import TestSupport
import Testing

/// Pages of the database that are not what was written.
@Suite struct CorruptPageTests {
    private enum Harm: CaseIterable { case rubbish, zeros, bits, exchange }

    private static let page = 4096

    @Test func `with any page corrupted a plan is right or the damage is named, and nothing is planned anew`()
        async throws
    {
        let seed = UInt64.random(in: 1 ... .max)
        var generator = SeededGenerator(seed: seed)
        try await withProject { project in
            let stack = try MarkedStack(project)
            try stack.goOn()
            try await stack.expectApplicable()
            let path = URL(fileURLWithPath: project.path(".stack/stack.db"))
            let whole = try Data(contentsOf: path)
            var named = 0
            for number in 1...60 {
                for file in project.files(below: ".stack") where file.hasPrefix("stack.db") {
                    try project.remove(".stack/\(file)")
                }
                try Self.corrupted(whole, using: &generator).write(to: path)
                let plan = try await project.stack("plan", "dev", "--detailed-exitcode")
                let context = "corruption \(number) of seed \(seed): \(plan.description)"
                if plan.exitCode == 0 {
                    #expect(plan.stdout.contains("No changes."), "\(context)")
                } else {
                    named += 1
                    #expect([1, 3].contains(plan.exitCode), "\(context)")
                    #expect(plan.stderr.contains("hint: "), "\(context)")
                    #expect(!plan.stdout.contains("will be created"), "\(context)")
                }
            }
            print("│ of 60 corrupted databases \(named) were named; the others gave the right plan (seed \(seed))")
            #expect(named > 0, "seed \(seed)")
        }
    }

    /// Found by the test above: a search in an index that is another's finds less, and SQLite sees nothing wrong with it.
    @Test func `an index that has taken the place of another is damage`() async throws {
        try await withProject { project in
            let stack = try MarkedStack(project)
            try stack.goOn()
            try await stack.expectApplicable()
            let path = project.path(".stack/stack.db")
            let listed = try await project.run(
                "python3", "-c",
                """
                import sqlite3, sys
                names = ("sqlite_autoindex_stack_1", "sqlite_autoindex_state_version_1")
                database = sqlite3.connect(sys.argv[1])
                for row in database.execute("SELECT rootpage FROM sqlite_master WHERE name IN (?, ?)", names):
                    print(row[0])
                """, path)
            let pages = listed.lines.compactMap { Int($0) }.map { ($0 - 1) * Self.page..<$0 * Self.page }
            try #require(pages.count == 2, "\(listed.description)")
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            var exchanged = whole
            exchanged.replaceSubrange(pages[0], with: whole[pages[1]])
            exchanged.replaceSubrange(pages[1], with: whole[pages[0]])
            try exchanged.write(to: URL(fileURLWithPath: path))
            let plan = try await project.stack("plan", "dev")
            #expect(plan.exitCode == 1 && plan.stderr.contains("stack.db` is damaged ("), "\(plan.description)")
        }
    }

    private static func corrupted(_ whole: Data, using generator: inout SeededGenerator) -> Data {
        var data = whole
        let pages = 0..<whole.count / page
        func range(_ number: Int) -> Range<Int> { number * page..<(number + 1) * page }
        let (one, other) = (
            range(pages.randomElement(using: &generator) ?? 0), range(pages.randomElement(using: &generator) ?? 0)
        )
        switch Harm.allCases.randomElement(using: &generator) ?? .zeros {
        case .rubbish:
            data.replaceSubrange(one, with: one.map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        case .zeros: data.replaceSubrange(one, with: Data(count: page))
        case .bits:
            for _ in 1...3 {
                data[Int.random(in: one, using: &generator)] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            }
        case .exchange:
            data.replaceSubrange(one, with: whole[other])
            data.replaceSubrange(other, with: whole[one])
        }
        return data
    }
}
