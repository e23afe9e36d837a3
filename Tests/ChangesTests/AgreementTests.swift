import Changes
import Definitions
import Diagnostics
import Foundation
import SourceTree
import Templates
import TestSupport
import Testing

/// The fast answer against the slow one.
struct AgreementTests {
    @Test func `the answer is that of loading both trees in full`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        var (changed, same, removed) = (0, 0, 0)
        for round in 0..<120 {
            var project = RandomProject(using: &generator)
            let base = project.files
            for _ in 0..<Int.random(in: 1...4, using: &generator) { project.edit(using: &generator) }
            let head = project.files
            let fast = changesBetween(base, head)
            let slow = (before: try Whole(base), after: try Whole(head))
            let expected = slow.after.stacks.filter { slow.before.stacks[$0.key] != $0.value }.keys.sorted()
            let gone = slow.before.stacks.keys.filter { slow.after.stacks[$0] == nil }.sorted()
            try #require(fast.changed.map(\.name) == expected, "seed \(seed), round \(round)")
            try #require(fast.removed.map(\.name) == gone, "seed \(seed), round \(round)")
            #expect(fast.changed.allSatisfy { !$0.reasons.isEmpty }, "seed \(seed), round \(round)")
            changed += expected.count
            same += slow.after.stacks.count - expected.count
            removed += gone.count
        }
        // All of it happens.
        #expect(changed > 50 && same > 50 && removed > 5, "seed \(seed)")
    }
}

/// Everything that a stack is made of, read from the whole of a tree.
private struct Whole {
    struct Stack: Equatable {
        let definition: LiteralValue
        let template: String?
        let files: [String: Data]
        let token: Data?
        let terraform: String?
    }

    private(set) var stacks: [String: Stack] = [:]

    init(_ files: [String: String]) throws {
        let tree = MemoryTree(files)
        let project = loadProject(tree).project
        for stack in project.stacks {
            let source = try resolveModule(of: stack, in: project, tree: tree)
            let paths = files.keys.filter { path in source.folders.contains { path.hasPrefix($0 + "/") } }
            var token: Data?
            if case .fromFile(let path)? = stack.variables["token"]?.value { token = try tree.contents(of: path) }
            stacks[stack.name.value] = Stack(
                definition: stack.meaning, template: source.template.map { "\($0.name) \($0.version)" },
                files: Dictionary(uniqueKeysWithValues: paths.map { ($0, Data(files[$0, default: ""].utf8)) }),
                token: token, terraform: project.settings.terraform.version.map { "\($0.value)" })
        }
    }
}
