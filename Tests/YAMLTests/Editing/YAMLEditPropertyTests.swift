import Diagnostics
import FoundationEssentials
import Testing

@testable import YAML

struct YAMLEditPropertyTests {
    /// At least 500 edits for every seed.
    @Test(arguments: 0..<3)
    func `an edit of any scalar of any file changes just that value and no other byte`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let texts = try EditCorpus.texts()
        #expect(texts.contains { $0.name == "stacks/dev.yaml" } && texts.contains { $0.name == "README.md, block 1" })
        var (edits, refused) = (0, 0)
        for text in texts {
            let before = try YAMLEdit(text.data, file: text.name)
            let scalars = before.roots.enumerated().flatMap { number, root in
                root.paths().filter { root.value(at: $0)?.scalar != nil }.map { (document: number, path: $0) }
            }
            for _ in 0..<30 {
                guard let target = scalars.randomElement(using: &generator) else { continue }
                let content = randomContent(&generator)
                let label = "seed \(seed), \(text.name), \(target.document): \(target.path.text) = \(content)"
                var after = before
                do throws(Diagnostic) {
                    try after.set(target.path, to: content, inDocument: target.document)
                } catch {
                    #expect(error.outcome == .failed && text.hasAliases, "\(label): \(error)")
                    refused += 1
                    continue
                }
                edits += 1
                for (number, root) in before.roots.enumerated() {
                    let old = YAMLContent(root, .yaml11)
                    let wished = number == target.document ? old.replacing(target.path[...], by: content) : old
                    #expect(YAMLContent(after.roots[number], .yaml11) == wished, "\(label)")
                }
                try expectOtherBytesKept(before, after, target.path, target.document, label)
            }
        }
        print("YAML edits: seed \(seed), \(texts.count) texts, \(edits) edits, \(refused) refused")
        #expect(edits >= 500)
        #expect(refused > 0)
    }

    /// What is written reads as wished, or the edit says why not; it never gives up.
    @Test(arguments: 0..<3)
    func `collections are put, replaced and added to anywhere`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var edits = 0
        for text in try EditCorpus.texts() {
            let before = try YAMLEdit(text.data, file: text.name)
            let values = before.roots.enumerated().flatMap { number, root in
                root.paths().map { (document: number, path: $0) }
            }
            for _ in 0..<20 {
                guard var target = values.randomElement(using: &generator) else { continue }
                var content = randomContent(&generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: content = .sequence([content, .mapping([.init("new", content), .init("more", .null)])])
                case 1:
                    content = .mapping([
                        .init("new", .mapping([.init("a", content)])), .init("b", .sequence([content])),
                    ])
                case 2: target.path.append(.key("new"))
                default:
                    let items = before.roots[target.document].value(at: target.path)?.sequence
                    target.path.append(.index(items?.count ?? 0))
                }
                let label = "seed \(seed), \(text.name), \(target.document): \(target.path.text) = \(content)"
                var after = before
                do throws(Diagnostic) {
                    try after.set(target.path, to: content, inDocument: target.document)
                    edits += 1
                    #expect(after.roots[target.document].value(at: target.path)?.reads(as: content) == true, "\(label)")
                } catch {
                    #expect(error.outcome == .failed, "\(label): \(error)")
                }
            }
        }
        #expect(edits >= 500)
    }

    /// All bytes before the value, and all behind it, are those that were there.
    private func expectOtherBytesKept(
        _ before: YAMLEdit, _ after: YAMLEdit, _ path: [YAMLPathStep], _ document: Int, _ label: String
    ) throws {
        let value = try before.slot(at: path, in: before.documents[document], replaces: true).node.range
        let (old, new) = (before.text.bytes, after.text.bytes)
        #expect(old[..<value.lowerBound].elementsEqual(new.prefix(value.lowerBound)), "\(label)")
        #expect(old[value.upperBound...].elementsEqual(new.suffix(old.count - value.upperBound)), "\(label)")
        #expect(before.data.prefix(3) == after.data.prefix(3) || value.lowerBound < 3, "\(label)")
    }

    private func randomContent(_ generator: inout SeededGenerator) -> YAMLContent {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: .null
        case 1: .bool(.random(using: &generator))
        case 2: .plain("\(Int.random(in: -100...100, using: &generator)).50")
        case 3: .plain("\(Int.random(in: 0...10_000, using: &generator))")
        default: .string(randomText(&generator))
        }
    }

    private func randomText(_ generator: inout SeededGenerator) -> String {
        let parts = [
            "a", "b", " ", "\n", "\t", ":", "#", "-", "1", "0", "_", ".", "e", "y", "n", "\"", "'", "\\", "[", "}", ",",
            "ü", "\u{301}", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{1}", "😀", "|", ">", "\r", "?", "true", "~", "word",
            "eu-west-1", ": ", " #", "\n\n", "%", "&", "*", "!", "@", "`", "---", "...",
        ]
        let count = Int.random(in: 0..<9, using: &generator)
        return (0..<count).map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
    }
}

extension YAMLNode {
    fileprivate func paths() -> [[YAMLPathStep]] {
        let below: [[YAMLPathStep]] =
            switch kind {
            case .scalar: []
            case .sequence(let elements):
                elements.enumerated().flatMap { index, element in element.paths().map { [.index(index)] + $0 } }
            case .mapping(let pairs):
                pairs.flatMap { pair in pair.value.paths().map { [.key(pair.key)] + $0 } }
            }
        return [[]] + below
    }
}

extension YAMLContent {
    fileprivate func replacing(_ path: ArraySlice<YAMLPathStep>, by content: YAMLContent) -> YAMLContent {
        guard let step = path.first else { return content }
        switch (step, self) {
        case (.index(let index), .sequence(var elements)):
            elements[index] = elements[index].replacing(path.dropFirst(), by: content)
            return .sequence(elements)
        case (.key(let key), .mapping(let pairs)):
            return .mapping(
                pairs.map { pair in
                    pair.key == key ? Pair(key, pair.value.replacing(path.dropFirst(), by: content)) : pair
                })
        default: return self
        }
    }
}
