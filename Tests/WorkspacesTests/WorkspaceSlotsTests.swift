import ChildProcess
import Foundation
import JSON
import SystemPackage
import TestSupport
import Testing
import Workspaces

struct WorkspaceSlotsTests {
    @Test func `runs side by side get slots of their own, from 0, and a free one is used again`() async throws {
        try await withProject { project in
            let slots = project.slots
            var claimed: [Workspace] = []
            for run in ["a", "b", "c"] {
                let workspace = try await slots.claim(run: run, workingFolder: "") { _ in .held }
                claimed.append(try #require(workspace))
            }
            #expect(claimed.map(\.slot) == [0, 1, 2])
            try await claimed[1].remove()
            #expect(try await slots.claim(run: "d", workingFolder: "") { _ in .held }?.slot == 1)
            #expect(try await slots.claim(run: "e", only: 0, workingFolder: "") { _ in .held } == nil)
        }
    }

    @Test func `of many that want one dead run's slot one gets it, and keeps what it writes`() async throws {
        try await withProject { project in
            let slots = project.slots
            for round in 0..<10 {
                let dead = try await slots.claim(run: "dead", only: 0, workingFolder: "") {
                    $0.run != "dead" ? .held : .free
                }
                try project.write("secret", to: try #require(dead).folder.string + "/terraform.tfstate")
                let winners = try await withThrowingTaskGroup(of: Workspace?.self, returning: [Workspace].self) {
                    group in
                    for number in 0..<8 {
                        group.addTask {
                            let workspace = try await slots.claim(run: "run-\(number)", only: 0, workingFolder: "") {
                                $0.run != "dead" ? .held : .free
                            }
                            if let workspace {
                                try project.write("mine", to: workspace.folder.string + "/mine")
                            }
                            return workspace
                        }
                    }
                    return try await group.reduce(into: []) { if let workspace = $1 { $0.append(workspace) } }
                }
                #expect(winners.count == 1, "round \(round)")
                let winner = try #require(winners.first)
                #expect(project.exists(winner.folder.string + "/mine"))
                #expect(!project.exists(winner.folder.string + "/terraform.tfstate"))
                try await winner.remove()
            }
        }
    }

    @Test func `the holder names the process that claimed, not only the run`() async throws {
        try await withProject { project in
            _ = try await project.slots.claim(run: "a", workingFolder: "") { _ in .held }
            var holder: SlotHolder?
            _ = try await project.slots.claim(run: "b", only: 0, workingFolder: "") {
                holder = $0
                return .held
            }
            #expect(holder == SlotHolder(run: "a", process: .current()))
        }
    }

    @Test func `a removal and a making that were broken off are cleared away, and the slot is free`() async throws {
        try await withProject { project in
            let slots = project.slots
            let folder = slots.folder.string
            try project.write("state", to: folder + "/gone-1/source/terraform.tfstate")
            try project.write("x", to: folder + "/new-1/source/x")
            // A slot without a holder.
            try project.write("state", to: folder + "/0/source/terraform.tfstate")
            try project.write("state", to: folder + "/kept-old/source/terraform.tfstate")
            let workspace = try #require(try await slots.claim(run: "a", workingFolder: "") { _ in .held })
            #expect(workspace.slot == 0)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["0", "kept-old"])
            #expect(!project.exists(workspace.folder.string + "/terraform.tfstate"))
        }
    }

    @Test func `a sweep removes what nobody holds, moves evidence aside, and touches nothing else`() async throws {
        try await withProject { project in
            let slots = project.slots
            let uses: [String: SlotUse] = ["dead": .free, "alive": .held, "forced": .evidence]
            for run in ["dead", "alive", "forced"] {
                _ = try await slots.claim(run: run, workingFolder: "") { _ in .held }
            }
            try await slots.sweep { uses[$0.run] ?? .held }
            let names = try FileManager.default.contentsOfDirectory(atPath: slots.folder.string)
            #expect(names.sorted() == ["1", "kept-forced"])
        }
    }

    @Test func `a workspace is found again by its run, also where it is kept, and not by another`() async throws {
        try await withProject { project in
            let claimed = try #require(try await project.slots.claim(run: "a", workingFolder: "x") { _ in .held })
            let found = try WorkspaceSlots.workspace(at: claimed.root, run: "a", workingFolder: "x")
            #expect(found?.folder == claimed.folder)
            #expect(try WorkspaceSlots.workspace(at: claimed.root, run: "b", workingFolder: "x") == nil)
            let kept = try #require(try await claimed.keep(run: "a"))
            #expect(kept.lastComponent?.string == "kept-a")
            #expect(found?.isEvidence == false)
            let again = try #require(
                try WorkspaceSlots.workspace(at: claimed.root, run: "a", workingFolder: "x"))
            #expect(again.root == kept && again.isEvidence)
            #expect(try WorkspaceSlots.workspace(at: claimed.root, run: "b", workingFolder: "x") == nil)
        }
    }

    @Test func `a workspace is for its owner alone`() async throws {
        try await withProject { project in
            let workspace = try #require(try await project.slots.claim(run: "a", workingFolder: "") { _ in .held })
            try workspace.write(variables: ["token": "secret"], to: workspace.variablesFile)
            for (path, mode) in [(workspace.root, 0o700), (workspace.variablesFile, 0o600)] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path.string)
                #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
            }
        }
    }
}
