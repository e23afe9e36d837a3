import Diagnostics
package import FoundationEssentials
import JSON
package import SourceTree

/// The files of a module's folder without some of its variables: their blocks are gone, and what named them (`var.x`)
/// names something else. In Terraform's own syntax every line keeps its number.
///
/// - Parameters:
///   - references: what takes the place of a variable, by name: `local.x`.
///   - folder: of the module; the modules that it calls have variables of their own.
/// - Returns: the new contents of the files that change, by path in the tree.
/// - Throws: a `Diagnostic` for a file that cannot be read.
package func substitutingVariables(
    _ references: [String: String], inModule folder: String, of tree: any SourceTree
) throws -> [String: Data] {
    var changed: [String: Data] = [:]
    for name in try ModuleFiles(folder: folder, in: tree).configuration {
        let path = joinedPath(folder, name)
        let data = try tree.contents(of: path)
        let source = try SourceText(file: path, data: data)
        let result = try name.hasSuffix(".json") ? json(source, references) : native(source, references)
        if let result { changed[path] = result }
    }
    return changed
}

/// A part of a text and what takes its place.
private struct Replacement {
    let range: Range<Int>
    let text: String
}

private func native(_ source: SourceText, _ references: [String: String]) throws(Diagnostic) -> Data? {
    let tokens = try Tokenizer.tokens(of: source)
    let blocks = declarations(of: references, in: tokens, source)
    let inside = { (range: Range<Int>) in blocks.contains { $0.range.contains(range.lowerBound) } }
    return source.replacing(blocks + uses(of: references, in: tokens).filter { !inside($0.range) })
}

/// The blocks that declare the variables; of each its line breaks stay.
private func declarations(
    of references: [String: String], in tokens: [Token], _ source: SourceText
) -> [Replacement] {
    let significant = tokens.filter { !$0.isNewline }
    return significant.indices.dropLast(2).compactMap { index in
        let (keyword, label, body) = (significant[index], significant[index + 1], significant[index + 2])
        guard keyword.identifier == "variable", case .group(.brace, _) = body.kind, let name = label.label,
            references[name] != nil
        else { return nil }
        let range = keyword.range.lowerBound..<body.range.upperBound
        let lines = source.bytes[range].count { $0 == UInt8(ascii: "\n") }
        return Replacement(range: range, text: String(repeating: "\n", count: lines))
    }
}

/// Every `var.x` in the tokens, however deep.
private func uses(of references: [String: String], in tokens: [Token]) -> [Replacement] {
    var found: [Replacement] = []
    for (index, token) in tokens.enumerated() {
        switch token.kind {
        case .group(_, let inner): found += uses(of: references, in: inner)
        case .template(let template):
            for case .code(let code) in template.parts { found += uses(of: references, in: code) }
        case .identifier("var") where index + 2 < tokens.count && tokens[index + 1].isSymbol("."):
            // What follows another dot is an attribute of that name.
            if index > 0, tokens[index - 1].isSymbol(".") { continue }
            guard let name = tokens[index + 2].identifier, let reference = references[name] else { continue }
            found.append(
                Replacement(range: token.range.lowerBound..<tokens[index + 2].range.upperBound, text: reference))
        default: continue
        }
    }
    return found
}

private func json(_ source: SourceText, _ references: [String: String]) throws(Diagnostic) -> Data? {
    guard let document = try? JSONValue(parsing: Data(source.bytes)) else {
        throw .error("`\(source.file)` is not JSON")
    }
    let result = withoutDeclarations(of: references, in: substituted(document, references))
    return result == document ? nil : result.encoded(pretty: true)
}

private func substituted(_ value: JSONValue, _ references: [String: String]) -> JSONValue {
    switch value {
    case .string(let text):
        let source = SourceText(fragment: text, of: "")
        // What is no template Terraform refuses by itself.
        guard let template = try? Tokenizer.template(of: source) else { return value }
        let found = template.parts.flatMap { part -> [Replacement] in
            if case .code(let tokens) = part { uses(of: references, in: tokens) } else { [] }
        }
        return source.replacing(found).map { .string(String(decoding: $0, as: UTF8.self)) } ?? value
    case .array(let elements): return .array(elements.map { substituted($0, references) })
    case .object(let members): return .object(members.mapValues { substituted($0, references) })
    case .null, .bool, .number: return value
    }
}

/// At the top, and below `variable`, a list of objects stands for all of them.
private func withoutDeclarations(of references: [String: String], in document: JSONValue) -> JSONValue {
    switch document {
    case .array(let parts): return .array(parts.map { withoutDeclarations(of: references, in: $0) })
    case .object(var members):
        members["variable"] = members["variable"].map { without(references, $0) }
        return .object(members)
    default: return document
    }
}

private func without(_ references: [String: String], _ variables: JSONValue) -> JSONValue {
    switch variables {
    case .array(let parts): .array(parts.map { without(references, $0) })
    case .object(let members): .object(members.filter { references[$0.key] == nil })
    default: variables
    }
}

extension Token {
    /// What stands behind the type of a block.
    fileprivate var label: String? {
        if case .template(let template) = kind { template.literal } else { identifier }
    }
}

extension SourceText {
    /// Nil when nothing is replaced.
    fileprivate func replacing(_ replacements: [Replacement]) -> Data? {
        guard !replacements.isEmpty else { return nil }
        var result: [UInt8] = []
        var position = 0
        for replacement in replacements.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            result += bytes[position..<replacement.range.lowerBound]
            result += Array(replacement.text.utf8)
            position = replacement.range.upperBound
        }
        return Data(result + bytes[position...])
    }
}
