import Foundation
import TestSupport
import Testing

/// What `make demo` does, with the stacks of this repository.
@Suite struct DemoTests {
    @Test func `the demo makes three clusters, and the second time nothing`() async throws {
        try await withProject { project in
            for entry in ["stack.yaml", "stacks", "templates"] {
                try FileManager.default.copyItem(atPath: "\(repository)/\(entry)", toPath: project.path(entry))
            }
            let first = try await project.stack("apply", "--all", "--new", "--auto-approve")
            #expect(first.exitCode == 0, "\(first.description)")
            #expect(try await project.stack("clusters", "list", "-o", "name").stdout == "dev\nprod\nstaging\n")
            let second = try await project.stack("apply", "--all", "--auto-approve")
            #expect(second.exitCode == 0, "\(second.description)")
            #expect(
                second.lines.filter { $0.hasPrefix("No changes.") }
                    == ["dev", "prod", "staging"].map {
                        "No changes. `\($0)` is as it is defined."
                    }, "\(second.description)")
        }
    }
}

/// The folder of the repository.
private let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
