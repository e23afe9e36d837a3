import ArgumentParser
import Diagnostics
import Reports
import SystemPackage

/// Where a command writes down what it has done with its stacks.
struct ReportOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write what has come of each stack to this file: JSON, JUnit or CSV, as it ends in `.json`, `.xml` or `.csv`; may "
                + "be repeated.", valueName: "file"),
        completion: .file(extensions: ReportFormat.allCases.map(\.rawValue)))
    var report: [String] = []

    func validate() throws {
        for file in report where ReportFormat(file) == nil {
            throw ValidationError("`--report` takes a file that ends in `.json`, `.xml` or `.csv`, not `\(file)`")
        }
    }

    /// Looks before anything is done whether the reports can be written at its end.
    ///
    /// - Throws: a `Diagnostic` for a place where there can be no file.
    func files(in context: CommandContext) throws -> [ReportFile] {
        try report.compactMap { text in
            let path = try context.path(text)
            let folder = path.removingLastComponent()
            guard isFolder(folder) else {
                throw Diagnostic.error(
                    "there is no folder `\(folder)` for the report `\(text)`", hint: "Make it first", outcome: .usage)
            }
            guard !isFolder(path) else {
                throw Diagnostic.error(
                    "the report `\(text)` is a folder", hint: "`--report` names a file", outcome: .usage)
            }
            return ReportFormat(text).map { ReportFile(path: path, format: $0) }
        }
    }
}

struct ReportFile: Sendable {
    let path: FilePath
    let format: ReportFormat
}

extension ReportFormat {
    /// Nil when the file's name ends in no format's.
    fileprivate init?(_ file: String) { self.init(rawValue: FilePath(file).extension ?? "") }
}
