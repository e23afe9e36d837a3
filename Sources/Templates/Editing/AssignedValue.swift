import Definitions
import Diagnostics
import FoundationEssentials
import JSON
import YAML

/// Makes of a text that a person gave the value that is written, so that texts stay texts.
///
/// `null` is null, `"…"` (JSON) is a text in any case, `[…]` and `{…}` are lists and mappings where none of them is wanted
/// as a text.
struct AssignedValue {
    let assignment: Assignment
    let wanted: WantedType
    /// What stands there in the stack's own document.
    let present: YAMLNode?
    let group: APIGroup

    private var text: String { assignment.value }

    /// - Throws: for what begins like a list or a mapping and is none.
    func content() throws(Diagnostic) -> YAMLContent {
        if text == "null" { return .null }
        if text.hasPrefix("\""), let text = try? JSONValue(parsing: Data(text.utf8)).stringValue {
            return .string(text)
        }
        if text.hasPrefix("{"), let source = try? collection(), source.isSource { return YAMLContent(source, .core12) }
        switch wanted {
        case .declared(.string): return written(text)
        case .declared(let type) where isCollection: return content(try collection(), as: type)
        case .declared: return plain(text)
        case .unknown where isCollection: return YAMLContent(try collection(), .core12)
        case .unknown:
            let isText = present.map { $0.scalar != nil && $0.json(.core12).stringValue != nil } ?? false
            return isText ? .string(text) : plain(text)
        }
    }

    private var isCollection: Bool { text.hasPrefix("[") || text.hasPrefix("{") }

    private func collection() throws(Diagnostic) -> YAMLNode {
        let stream = parseYAML(Data(text.utf8), file: "")
        let root = stream.documents.first?.root
        let problem = stream.diagnostics.first ?? root?.problems(.core12).first
        guard let root, problem == nil, stream.documents.count == 1 else {
            throw .isNoCollection(text, of: assignment.path.text, because: problem?.message)
        }
        return root
    }

    /// Texts that a string is wanted for are kept as they are written: `[1.30]` for a list of strings.
    private func content(_ node: YAMLNode, as type: ExpectedType) -> YAMLContent {
        switch (node.kind, type) {
        case (.scalar(let scalar), .string) where !node.isNull: .string(scalar.text)
        case (.sequence(let elements), .list(let element)): .sequence(elements.map { content($0, as: element) })
        case (.mapping(let pairs), .map(let element)):
            .mapping(pairs.map { .init($0.key, content($0.value, as: element)) })
        case (.mapping(let pairs), .object(let attributes)):
            .mapping(pairs.map { .init($0.key, content($0.value, as: attributes[$0.key] ?? .any)) })
        default: YAMLContent(node, .core12)
        }
    }

    /// A text. Where one stands without quotes that looks like a number, as our group allows, the next one does too.
    private func written(_ text: String) -> YAMLContent {
        guard group == .fleet, let scalar = present?.scalar, scalar.isPlain,
            present?.json(.core12).numberValue != nil, case .plain(let number) = plain(text)
        else { return .string(text) }
        return .plain(number)
    }

    /// By YAML's core schema; what the versions of YAML read differently is a text.
    private func plain(_ text: String) -> YAMLContent {
        let node = YAMLNode(
            .scalar(YAMLScalar(text, isPlain: true)), at: SourceLocation(file: "", line: 1, column: 1))
        guard !text.isEmpty, node.problems(.core12).isEmpty else { return .string(text) }
        return YAMLContent(node, .core12)
    }
}

extension YAMLNode {
    /// `{fromEnv: NAME}` and its like, which say where a value comes from.
    fileprivate var isSource: Bool {
        mapping?.count == 1 && mapping?.first.map { ValueSource.variableKeys.contains($0.key) } == true
    }
}

extension Diagnostic {
    fileprivate static func isNoCollection(_ text: String, of path: String, because reason: String?) -> Diagnostic {
        .error(
            "`\(text)` is no list and no mapping" + (reason.map { ": \($0)" } ?? ""),
            notes: [.init("given for `\(path)`")],
            hint: "for the text itself, put it in double quotes: '\"…\"'", outcome: .usage)
    }
}
