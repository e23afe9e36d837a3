import Changes
import Definitions
import Foundation
import SourceTree
import SystemPackage
import TestSupport
import Testing

/// What is reached over symbolic links, in folders of this machine.
struct LinkTests {
    /// The names of the stacks that an edit reaches, in a copy of a project that it is made in.
    private func reached(_ path: String, _ edit: (TestProject) throws -> Void) async throws -> [String] {
        try await withProject { project in
            try project.write("", to: "head/modules/app/main.tf")
            try project.write("one", to: "head/shared/file")
            try project.write("one", to: "head/shared/folder/file")
            try project.write(definition(nil, "path: modules/app"), to: "head/shared/v1/base.yaml")
            try project.write(definition(nil, "path: modules/app, protect: true"), to: "head/shared/v2/base.yaml")
            try project.write(definition("over", "path: modules/app, approval: true"), to: "head/shared/over.yaml")
            try project.write("", to: "head/modules/other/main.tf")
            try project.write(
                definition("based", "path: modules/other, extends: [current/base.yaml]"), to: "head/stacks/based.yaml")
            for (link, target) in [
                ("modules/app/file", "../../shared/file"), ("modules/app/folder", "../../shared/folder"),
                ("stacks/over.yaml", "../shared/over.yaml"), ("stacks/current", "../shared/v1"),
            ] {
                try FileManager.default.createSymbolicLink(
                    atPath: project.path("head/\(link)"), withDestinationPath: target)
            }
            try FileManager.default.copyItem(atPath: project.path("head"), toPath: project.path("base"))
            try edit(project)
            let head = DirectoryTree(root: FilePath(project.path("head")))
            let changes = StackChanges(
                from: DirectoryTree(root: FilePath(project.path("base"))), to: head,
                defining: loadProject(head).project, at: [path])
            return changes.changed.map { "\($0.name): \($0.reasons.map(\.text).joined(separator: ", "))" }
        }
    }

    @Test func `a definition, a base and a module's files are followed to where they are`() async throws {
        for path in ["shared/file", "shared/folder/file"] {
            let found = try await reached(path) { try $0.write("two", to: "head/\(path)") }
            #expect(found == ["over: module file `\(path)`"])
        }
        let own = try await reached("shared/over.yaml") {
            try $0.replace("approval: true", with: "approval: false", in: "head/shared/over.yaml")
        }
        #expect(own == ["over: `stacks/over.yaml`"])
        let base = try await reached("shared/v1/base.yaml") {
            try $0.write(definition(nil, "path: modules/app, protect: true"), to: "head/shared/v1/base.yaml")
        }
        #expect(base == ["based: `stacks/current/base.yaml` (extended)"])
    }

    @Test func `a link that leads elsewhere now is a difference of all behind it`() async throws {
        let found = try await reached("stacks/current") { project in
            try project.remove("head/stacks/current")
            try FileManager.default.createSymbolicLink(
                atPath: project.path("head/stacks/current"), withDestinationPath: "../shared/v2")
        }
        #expect(found == ["based: `stacks/current/base.yaml` (extended)"])
    }
}
