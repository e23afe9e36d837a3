import Diagnostics
import FoundationEssentials
import JSON

/// Terraform's JSON syntax → the same `Body` that the native syntax gives.
struct JSONBodyReader {
    let source: SourceText

    /// - Throws: a diagnostic at the first place that is not JSON or not of the form that the schema asks for.
    static func parse(_ source: SourceText, schema: [String: BlockSchema]) throws(Diagnostic) -> Body {
        let reader = JSONBodyReader(source: source)
        let root = try LocatedJSONReader.read(source)
        switch root.kind {
        case .object(let members):
            return try reader.body(members, schema)
        case .array(let elements):
            var all: [LocatedJSON.Member] = []
            for element in elements { all += try reader.members(of: element, of: "the file") }
            return try reader.body(all, schema)
        default:
            throw source.error("the file holds no JSON object", at: root.range)
        }
    }

    private func body(_ members: [LocatedJSON.Member], _ schema: [String: BlockSchema]) throws(Diagnostic) -> Body {
        var body = Body()
        for member in members where member.key != "//" {
            if let block = schema[member.key] {
                let path = Path(type: member.key, labels: [], range: member.keyRange)
                try append(member.value, path, labelsLeft: block.labels, nested: block.nested, to: &body)
            } else {
                let location = source.location(of: member.keyRange)
                if let first = body.attributes[member.key] {
                    var diagnostic = source.error("argument `\(member.key)` is set twice", at: member.keyRange)
                    diagnostic.notes = [.init("first set here", at: first.location)]
                    throw diagnostic
                }
                body.attributes[member.key] = Attribute(
                    name: member.key, location: location, expression: expression(member.value))
            }
        }
        return body
    }

    /// The type and the labels on the way to a block's content.
    private struct Path {
        let type: String
        var labels: [String]
        /// The last name of the way.
        var range: Range<Int>
    }

    /// An array stands for several blocks, at every level of the labels.
    private func append(
        _ value: LocatedJSON, _ path: Path, labelsLeft: Int, nested: [String: BlockSchema], to body: inout Body
    ) throws(Diagnostic) {
        switch value.kind {
        case .null:
            return
        case .array(let elements):
            for element in elements {
                try append(element, path, labelsLeft: labelsLeft, nested: nested, to: &body)
            }
        default:
            let members = try members(of: value, of: "`\(path.type)`")
            guard labelsLeft > 0 else {
                body.blocks.append(
                    Block(
                        type: path.type, labels: path.labels, location: source.location(of: path.range),
                        body: try self.body(members, nested)))
                return
            }
            for member in members where member.key != "//" {
                let path = Path(type: path.type, labels: path.labels + [member.key], range: member.keyRange)
                try append(member.value, path, labelsLeft: labelsLeft - 1, nested: nested, to: &body)
            }
        }
    }

    private func members(of value: LocatedJSON, of owner: String) throws(Diagnostic) -> [LocatedJSON.Member] {
        guard case .object(let members) = value.kind else {
            throw source.error("the content of \(owner) is a JSON object", at: value.range)
        }
        return members
    }

    private func expression(_ value: LocatedJSON) -> Expression {
        var tokens: [Token] = []
        let shape = shape(value, code: &tokens)
        let text = if case .string(let text) = value.kind { text } else { source.text(value.range) }
        return Expression(text: text, location: source.location(of: value.range), tokens: tokens, shape: shape)
    }

    /// What a module declares is decoded without evaluation, and then a string is just text, `${` included (measured);
    /// anywhere else it is a template, so its code is gathered. Text that is no template (a lone `${`) has none:
    /// Terraform says what it thinks of it.
    private func shape(_ value: LocatedJSON, code: inout [Token]) -> Shape {
        switch value.kind {
        case .null: return .literal(.null)
        case .bool(let value): return .literal(.bool(value))
        case .number(let value): return .literal(.number(value))
        case .string(let text):
            gatherCode(text, at: value.range, into: &code)
            return .literal(.string(text))
        case .array(let elements):
            return .tuple(elements.map { shape($0, code: &code) })
        case .object(let members):
            return .object(
                members.map { member in
                    gatherCode(member.key, at: member.keyRange, into: &code)
                    return (member.key, shape(member.value, code: &code))
                })
        }
    }

    private func gatherCode(_ text: String, at range: Range<Int>, into code: inout [Token]) {
        let template = try? Tokenizer.template(of: SourceText(fragment: text, of: source.file))
        if let template, template.literal == nil { code.append(Token(kind: .template(template), range: range)) }
    }
}
