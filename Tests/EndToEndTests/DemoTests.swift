import Foundation
import TestSupport
import Testing

/// What `make demo` does, with the stacks of this repository.
@Suite struct DemoTests {
    @Test func `the demo makes three clusters, and the second time nothing`() async throws {
        try await withProject { project in
            try copyRepository(to: project)
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

    @Test func `the demo's production cluster is not destroyed without being named`() async throws {
        try await withProject { project in
            try copyRepository(to: project)
            #expect(try await project.stack("apply", "prod", "--new", "--auto-approve", "-q").exitCode == 0)
            expect(
                try await project.stack("destroy", "prod", "--auto-approve", "-q"), in: project, exit: 3, stdout: nil,
                stderr: """
                    error: the stack `prod` is protected, and its plan would take something away
                    note: terraform_data.control_plane: destroyed
                    note: terraform_data.network: destroyed
                    note: terraform_data.node_pool["batch"]: destroyed
                    note: terraform_data.node_pool["default"]: destroyed

                    hint: Remove `spec.protect`, or allow each: --allow-destroy terraform_data.control_plane --allow-destroy terraform_data.network --allow-destroy 'terraform_data.node_pool["batch"]' --allow-destroy 'terraform_data.node_pool["default"]'
                    """)
            #expect(try await project.addresses(of: "prod").count == 4)
        }
    }

    private func copyRepository(to project: TestProject) throws {
        for entry in ["stack.yaml", "stacks", "templates"] {
            try FileManager.default.copyItem(atPath: "\(repository)/\(entry)", toPath: project.path(entry))
        }
    }
}
