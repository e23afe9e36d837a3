import Foundation
import TestSupport

/// Everything that a project keeps, by its name.
func files(_ project: TestProject) -> [(String, Data)] {
    project.files(below: ".stack").map { name in
        (".stack/\(name)", FileManager.default.contents(atPath: project.path(".stack/\(name)")) ?? Data())
    }
}

/// Everything that commands have written, by the command.
func outputs(_ results: [CommandResult]) -> [(String, Data)] {
    results.map { ("the output of `\($0.command)`", Data(($0.stdout + $0.stderr).utf8)) }
}
