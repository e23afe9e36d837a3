import Foundation
import TestSupport

/// A file system of a few megabytes in the place of a project's data folder, which only what is started in it sees: it can
/// be filled and be made read-only without harm to anything else, and needs no rights that a user has not.
struct SmallDisk: Sendable {
    private let project: TestProject
    private let keeper: RunningProcess

    /// Mounts it, and lets the project call `stack` in it from now on.
    init(for project: TestProject) async throws {
        self.project = project
        try FileManager.default.createDirectory(atPath: project.path(".stack"), withIntermediateDirectories: true)
        let keep = "mount -t tmpfs -o size=48m,mode=700 small .stack && echo mounted && exec sleep infinity"
        let keeper = try project.start(
            "unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", keep], environment: ["TEST_PROJECT": ""])
        try await eventually("a small disk") {
            guard keeper.isRunning else { throw Timeout("no small disk: \(keeper.stderr)") }
            return keeper.stdout == "mounted\n"
        }
        self.keeper = keeper
        project.callStack(by: enter + (try project.call))
    }

    /// The words that start a command where the disk is.
    private var enter: [String] {
        [
            "nsenter", "--target", "\(keeper.pid)", "--user", "--mount", "--preserve-credentials",
            "--wdns=\(project.root)", "--",
        ]
    }

    /// The data folder, for those that see the disk from outside.
    var folder: String { "/proc/\(keeper.pid)/root\(project.root)/.stack" }

    func fill() async throws {
        let filled = try await run("head -c 64M /dev/zero > .stack/filler")
        guard filled.stderr.contains("No space left") else { throw Timeout("not filled: \(filled.description)") }
    }

    func makeSpace() async throws { try await succeed("rm -f .stack/filler") }

    func makeReadOnly() async throws { try await succeed("mount -o remount,ro .stack") }

    func makeWritable() async throws { try await succeed("mount -o remount,rw .stack") }

    /// Whoever opens the database from now on may not write to it.
    func protectDatabase() async throws {
        try await succeed("mount --bind .stack/stack.db .stack/stack.db && mount -o remount,bind,ro .stack/stack.db")
    }

    func unprotectDatabase() async throws { try await succeed("umount .stack/stack.db") }

    private func succeed(_ script: String) async throws {
        let result = try await run(script)
        guard result.exitCode == 0 else { throw Timeout(result.description) }
    }

    private func run(_ script: String) async throws -> CommandResult {
        let words = enter + ["sh", "-c", script]
        return try await project.start(words[0], Array(words.dropFirst())).result()
    }
}
