import Diagnostics
import Fleet
import JSON
import Terminal
import YAML

extension CommandContext {
    /// Writes a list in the format that was asked for; the only place that tells the formats apart for lists.
    func write(
        _ payload: [JSONValue], names: [String], table: Table, format: OutputFormat, whenEmpty: String
    ) throws {
        switch format {
        case .json: try output.write(JSONValue.array(payload).pretty)
        case .yaml: try output.write(YAMLWriter.text(YAMLContent(.array(payload))))
        case .name: try output.write(names.map { $0 + "\n" }.joined())
        case .table where table.isEmpty:
            if output.options.streams.messages { say(whenEmpty) }
        case .table: try output.write(lines: table.lines(width: output.resultWidth))
        }
    }

    /// Writes one thing; as a table it is what `lines` says.
    func write(_ payload: JSONValue, names: [String], format: OutputFormat, lines: [StyledLine]) throws {
        switch format {
        case .json: try output.write(payload.pretty)
        case .yaml: try output.write(YAMLWriter.text(YAMLContent(payload)))
        case .name: try output.write(names.map { $0 + "\n" }.joined())
        case .table: try output.write(lines: lines)
        }
    }
}

extension JSONValue {
    /// The document as it is printed.
    var pretty: String { sanitized(json: String(decoding: encoded(pretty: true), as: UTF8.self)) + "\n" }

    /// The document as one line of a stream.
    var line: String { sanitized(json: text) + "\n" }
}
