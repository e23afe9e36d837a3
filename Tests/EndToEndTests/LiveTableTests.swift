import FoundationEssentials
import TestSupport
import Testing

/// What a person sees while a command works on several stacks.
@Suite struct LiveTableTests {
    @Test func `on a terminal each stack has a row, also one that waits and one that is done`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("network")
            try project.writeAppStack("app", more: "dependsOn: [network]")
            try project.writeAppStack("zone", more: "dependsOn: [app]")
            try project.wrapTerraform(
                """
                if test "$1" = plan && test -e \(project.scratch)/second; then
                  touch \(project.gate()).reached
                  until test -e \(project.gate()); do sleep 0.05; done
                fi
                if test "$1" = plan; then touch \(project.scratch)/second; fi
                """)
            let terminal = try project.terminal("plan", "--all", rows: 20)
            try await project.waitForGate()
            try await terminal.wait(for: "· zone     waiting")
            try await eventually("the three rows") {
                let rows = terminal.text.split(separator: "\n").suffix(3).map(String.init)
                return rows.count == 3 && rows[0].contains(" app      planning")
                    && rows[1].hasPrefix("✓ network  planned") && rows[1].contains("+2 ~0 -0")
                    && rows[2].hasPrefix("· zone     waiting") && rows[2].contains("for app")
            }
            try project.openGate()
            #expect(try await terminal.exitCode() == 0, "\(terminal.text)")
            // The block is gone, and what came of each stack is left.
            let end = terminal.text.components(separatedBy: "STACK").last ?? ""
            #expect(!end.contains("·") && !end.contains("✓"), "\(terminal.text)")
            #expect(terminal.text.contains("network │ planned ("), "\(terminal.text)")
        }
    }
}
