import TestSupport
import Testing

/// A project has one key, on whichever machine it is used.
@Suite struct OneKeyTests {
    /// Nothing was applied yet, so that `stack.lock` alone would allow another key.
    @Test func `a clone without the key makes none of its own and leaves the one in stack.lock`() async throws {
        try await withDatabase { database in
            try await withProject(environment: ["STACK_DATABASE_URL": database]) { project in
                _ = try MarkedStack(project)
                _ = try await plannedRun(project)
                let lock = try project.read("stack.lock")
                try #require(lock.contains("\nkey: ") && !lock.contains("states:"), "\(lock)")
                let key = try #require(lock.split(separator: "\n").first { $0.hasPrefix("key: ") }?.dropFirst(5))

                try await withProject(environment: ["STACK_DATABASE_URL": database]) { clone in
                    try clone.takeOver(from: project)
                    let missing = try await clone.stack("plan", "dev")
                    #expect(missing.exitCode == 3, "\(missing.description)")
                    #expect(
                        missing.stderr == """
                            error: the key `\(key)`, which seals this project's states, is missing: there is no \
                            `\(clone.root)/.stack/key`

                            hint: Copy the key file from where the project was used before, or set STACK_ENCRYPTION_KEY

                            """, "\(missing.description)")
                    #expect(!clone.exists(".stack/key"))
                    #expect(try clone.read("stack.lock") == lock)

                    let other = try await clone.stack(
                        "plan", "dev", environment: ["STACK_ENCRYPTION_KEY": makeKey()])
                    #expect(other.exitCode == 3, "\(other.description)")
                    #expect(
                        other.stderr.hasPrefix("error: `stack.lock` names the key `\(key)`, but the key here is `"),
                        "\(other.description)")
                    #expect(try clone.read("stack.lock") == lock)

                    try clone.write(try project.read(".stack/key"), to: ".stack/key", permissions: 0o600)
                    _ = try await plannedRun(clone)
                    #expect(try clone.read("stack.lock") == lock)
                }
            }
        }
    }
}
