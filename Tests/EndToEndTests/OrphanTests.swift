import JSON
import TestSupport
import Testing

/// A definition that is renamed or deleted leaves its resources behind; nobody makes them anew or forgets them unasked.
@Suite struct OrphanTests {
    private func rename(_ project: TestProject, from old: String, to name: String) throws {
        try project.remove("stacks/\(old).yaml")
        try project.writeAppStack(name)
    }

    @Test func `a renamed stack is told from a new one`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            try rename(project, from: "dev", to: "develop")
            let warning = """
                warning: the stack `dev` is no longer defined, but its state holds 2 resources

                hint: If it was renamed, give it its name back: under another one everything is made a second time

                """
            for arguments in [["plan", "develop", "-q"], ["plan", "--all", "-q"], ["apply", "develop", "-q"]] {
                let result = try await project.start(try TestProject.program, arguments).result()
                #expect(result.stderr.hasPrefix(warning), "\(result.description)")
            }
            try rename(project, from: "develop", to: "dev")
            let back = try await project.stack("plan", "--all", "-q", "--detailed-exitcode")
            #expect(back.stderr.isEmpty, "\(back.description)")
            #expect(back.exitCode == 0)
        }
    }

    @Test func `a stack without a definition is listed, and named when it is asked for`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try project.writeAppStack("other")
            #expect(try await project.stack("list").stderr.isEmpty)
            #expect(!project.exists(".stack"))
            try await project.applyNew()
            try project.remove("stacks/dev.yaml")
            expect(
                try await project.stack("list"), in: project,
                stdout: """
                    NAME   SOURCE                            LABELS  FILE
                    other  path modules/app                          stacks/other.yaml
                    dev    (no longer defined; 2 resources)
                    """)
            // What a script goes on with is what it can plan; a person is warned.
            #expect(try await project.stack("list", "-o", "name").stdout == "other\n")
            let listed = try await project.stack("list", "-o", "json")
            #expect(try listed.json.arrayValue?.map { $0["name"] } == ["other"])
            #expect(listed.stderr.hasPrefix("warning: the stack `dev` is no longer defined, but its state holds 2"))
            expect(
                try await project.stack("destroy", "dev", "--auto-approve"), in: project, exit: 64,
                stderr: """
                    error: the stack `dev` is no longer defined, but its state holds 2 resources

                    hint: Bring its definition back, under this name, to plan, apply or destroy it
                    """)
        }
    }

    @Test func `a handle that is another stack's is refused when it is planned, and given back by a destroy`()
        async throws
    {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack(more: "cluster: {handle: main}\n")
            try await project.applyNew()
            try project.remove("stacks/dev.yaml")
            try project.writeAppStack("second", more: "cluster: {handle: main}\n")
            let refused = try await project.stack("plan", "second", "-q")
            #expect(refused.exitCode == 3)
            #expect(
                refused.stderr.hasSuffix(
                    """
                    error: the handle `main` belongs to the cluster of the stack `dev`

                    hint: Give one of them another `spec.cluster.handle`; one that is destroyed gives its handle back

                    """), "\(refused.description)")
            try project.remove("stacks/second.yaml")
            try project.writeAppStack(more: "cluster: {handle: main}\n")
            #expect(try await project.stack("destroy", "dev", "--auto-approve").exitCode == 0)
            try project.remove("stacks/dev.yaml")
            try project.writeAppStack("second", more: "cluster: {handle: main}\n")
            let applied = try await project.stack("apply", "second", "--new", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(try await project.stack("clusters", "show", "main", "-o", "json").json["stack"] == "second")
        }
    }
}
