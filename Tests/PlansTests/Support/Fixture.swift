import Diagnostics
import Foundation
import Plans
import Testing

/// A folder that `record-fixtures` made, beside this file's parent.
struct Fixture: CustomTestStringConvertible, Sendable {
    let name: String

    static let all = names.map(Fixture.init)
    static let applied = all.filter { FileManager.default.fileExists(atPath: $0.url("apply.jsonl").path) }

    var testDescription: String { name }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    private static var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).sorted()
    }

    func url(_ file: String) -> URL { Self.root.appending(path: name).appending(path: file) }

    func data(_ file: String) throws -> Data { try Data(contentsOf: url(file)) }

    func text(_ file: String) throws -> String { String(decoding: try data(file), as: UTF8.self) }

    func plan() throws -> Plan { try Plan.decode(try data("plan.json")) }

    /// The mode is not in the plan; the name says it.
    var mode: PlanMode {
        name.hasSuffix("refresh-only") ? .refreshOnly : name.hasSuffix("destroy") ? .destroy : .normal
    }

    /// Compares with a file of the fixture; `UPDATE_GOLDEN=1` writes it instead.
    func expectGolden(_ text: String, _ file: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws
    {
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: url(file))
            return
        }
        let golden = (try? self.text(file)) ?? ""
        guard text != golden else { return }
        let difference = text.split(separator: "\n", omittingEmptySubsequences: false).difference(
            from: golden.split(separator: "\n", omittingEmptySubsequences: false)
        ).map { change in
            switch change {
            case .insert(let line, let text, _): "+\(line + 1): \(text)"
            case .remove(let line, let text, _): "-\(line + 1): \(text)"
            }
        }
        Issue.record("\(name)/\(file) differs:\n\(difference.joined(separator: "\n"))", sourceLocation: sourceLocation)
    }
}
