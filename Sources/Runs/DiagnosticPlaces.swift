import Definitions
import Diagnostics
import FoundationEssentials
import JSON
import Plans
import SourceTree
import Terraform

/// Where a person finds what Terraform's errors and warnings point at. Terraform tells files from the folder in which it
/// runs, and of a variable the file that this program wrote for it, in a folder that is gone soon.
struct DiagnosticPlaces: Sendable {
    private let tree: any SourceTree
    private let workingFolder: String
    private let sources: [String: SourceLocation]
    private let sensitive: Set<String>
    /// The lines of the variables' file; empty where nothing is set.
    private let lines: [Substring]

    /// - Parameters:
    ///   - workingFolder: where Terraform runs, from the tree's root.
    ///   - variables: what the variables' file holds.
    ///   - sources: where each variable is set.
    ///   - sensitive: variables whose lines are not shown: as YAML writes it, a value may not be known to the masking.
    init(
        tree: any SourceTree, workingFolder: String, variables: [String: JSONValue],
        sources: [String: SourceLocation], sensitive: Set<String>
    ) {
        self.tree = tree
        self.workingFolder = workingFolder
        self.sources = sources
        self.sensitive = sensitive
        lines = String(decoding: VariablesFile.contents(variables), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The event with the place in the project; as it is where there is none.
    func placed(_ event: TerraformEvent) -> TerraformEvent {
        guard case .diagnostic(let problem) = event.payload, let range = problem.range,
            case .object(var fields) = event.json, case .object(var diagnostic) = fields["diagnostic"]
        else { return event }
        if let variable = variable(at: range), let source = sources[variable] {
            diagnostic["range"] = source.range
            diagnostic["snippet"] =
                sensitive.contains(variable) ? nil : snippet(of: source, values: diagnostic["snippet"]?["values"])
        } else if let file = projectPath(of: range.file), case .object(var members) = diagnostic["range"] {
            members["filename"] = .string(file)
            diagnostic["range"] = .object(members)
        } else {
            return event
        }
        fields["diagnostic"] = .object(diagnostic)
        return TerraformEvent(json: .object(fields))
    }

    /// Nil for what is not of the project: a module that `init` fetched, a file that this program wrote.
    private func projectPath(of file: String) -> String? {
        guard let path = normalisedPath(workingFolder.isEmpty ? file : "\(workingFolder)/\(file)"),
            (try? tree.resolvedKind(of: path)) != .some(nil)
        else { return nil }
        return path
    }

    /// The variable that the variables' file has at a place.
    private func variable(at range: TerraformDiagnostic.Range) -> String? {
        guard range.file.split(separator: "/").last.map(String.init) == VariablesFile.fileName,
            projectPath(of: range.file) == nil
        else { return nil }
        // One variable begins on each line that is indented once; what is deeper belongs to the last one.
        let start = lines.prefix(range.startLine).last { $0.hasPrefix("  \"") }
        return start.map { String($0.dropFirst(3).prefix { $0 != "\"" }) }
    }

    private func snippet(of source: SourceLocation, values: JSONValue?) -> JSONValue {
        guard let line = Diagnostic(.note, "", at: source).withExcerpt(from: tree).excerpt else { return .null }
        let scalars = line.unicodeScalars
        let before = String(String.UnicodeScalarView(scalars.prefix(source.column - 1))).utf8.count
        let marked = String(String.UnicodeScalarView(scalars.dropFirst(source.column - 1).prefix(source.length)))
        return [
            "context": .null, "code": .string(line), "start_line": JSONValue(integerLiteral: source.line),
            "highlight_start_offset": JSONValue(integerLiteral: before),
            "highlight_end_offset": JSONValue(integerLiteral: before + marked.utf8.count), "values": values ?? [],
        ]
    }
}

extension SourceLocation {
    /// As Terraform writes a range.
    fileprivate var range: JSONValue {
        [
            "filename": .string(file),
            "start": ["line": JSONValue(integerLiteral: line), "column": JSONValue(integerLiteral: column)],
            "end": ["line": JSONValue(integerLiteral: line), "column": JSONValue(integerLiteral: column + length)],
        ]
    }
}
