import Foundation

extension TestProject {
    /// The Python of `scripts/test-environment`, which makes one where none fits.
    ///
    /// - Throws: with what was said when there is no Python, or its packages cannot be had.
    package func python() async throws -> String {
        let result = try await run(
            "\(repository)/scripts/test-environment", environment: Self.home, within: .seconds(300))
        guard result.exitCode == 0, let python = result.lines.first else { throw Timeout(result.description) }
        return python
    }

    /// The home directory of whoever runs the tests: Python and Terraform look there for what a person has installed.
    package static let home = ["HOME": ProcessInfo.processInfo.environment["HOME"] ?? "/"]

    /// Installs the tests' own Terraform provider (`Tests/Provider/terraform-provider-marks`) in a mirror of this project,
    /// to which `~/.terraformrc` leads, and requires it in a module.
    package func useMarksProvider(in module: String = "modules/app") async throws {
        let mirror = "\(scratch)/providers"
        let program = "\(repository)/Tests/Provider/terraform-provider-marks"
        try write(
            "#!/bin/sh\nHOME='\(Self.home["HOME"] ?? "/")' exec '\(try await python())' '\(program)'\n",
            to: "\(mirror)/provider.test/stack/marks/1.0.0/\(Self.platform)/terraform-provider-marks_v1.0.0",
            permissions: 0o755)
        try write(
            "provider_installation {\n  filesystem_mirror {\n    path = \"\(mirror)\"\n  }\n}\n",
            to: "\(scratch)/home/.terraformrc")
        try write(
            """
            terraform {
              required_providers {
                marks = {
                  source = "provider.test/stack/marks"
                }
              }
            }

            """, to: "\(module)/providers.tf")
    }

    /// Where the `marks_item`s of a test leave their marks.
    package var marksFile: String { scratch + "/marks" }

    /// The marks that are there, in the order in which they were made.
    package var marks: [Mark] {
        let text = (try? String(contentsOfFile: marksFile, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { line in
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            return Mark(name: words[0], id: words[1])
        }
    }

    #if arch(arm64)
    private static let platform = "linux_arm64"
    #else
    private static let platform = "linux_amd64"
    #endif
}

/// What a `marks_item` has left outside of Terraform's sight.
package struct Mark: Hashable, Sendable {
    package let name: String
    package let id: String
}
