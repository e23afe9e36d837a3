import FoundationEssentials

/// Texts to be edited: every YAML file of this repository, the YAML blocks of its documents, and what a hand can write.
enum EditCorpus {
    struct Text {
        let name: String
        let data: Data

        var hasAliases: Bool { data.contains(UInt8(ascii: "*")) }
    }

    static func texts() throws -> [Text] {
        let files = try filesOfRepository()
        let yaml = try files.filter { $0.hasSuffix(".yaml") }.map {
            Text(name: $0, data: try Data(contentsOf: URL(filePath: root + $0)))
        }
        let blocks = try files.filter { $0.hasSuffix(".md") }.flatMap { file in
            fencedBlocks(in: try String(contentsOfFile: root + file, encoding: .utf8), of: file)
        }
        // What Liquid has still to fill in is no YAML yet.
        .filter { !String(decoding: $0.data, as: UTF8.self).contains("{{") }
        let written = hostile.enumerated().map { Text(name: "written by hand \($0)", data: Data($1.utf8)) }
        return yaml + blocks + written
            + written.map { Text(name: "\($0.name), with CRLF", data: withCRLF($0.data)) }
    }

    private static let root = URL(filePath: #filePath).pathComponents.dropLast(4).joined(separator: "/") + "/"

    private static func filesOfRepository() throws -> [String] {
        let below = try ["stacks", "templates", "Documentation", "Tests"].flatMap { folder in
            try FileManager.default.subpathsOfDirectory(atPath: root + folder).map { "\(folder)/\($0)" }
        }
        return (below + ["stack.yaml", "README.md"]).sorted()
    }

    /// Fenced blocks that say `yaml`; those that stand indented in a list are left to it.
    private static func fencedBlocks(in document: String, of file: String) -> [Text] {
        var blocks: [Text] = []
        var block: [Substring]?
        for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
            if let lines = block, line == "```" {
                blocks.append(
                    Text(
                        name: "\(file), block \(blocks.count + 1)",
                        data: Data((lines.joined(separator: "\n") + "\n").utf8)))
                block = nil
            } else if block != nil {
                block?.append(line)
            } else if line.hasPrefix("```yaml") {
                block = []
            }
        }
        return blocks
    }

    private static func withCRLF(_ data: Data) -> Data {
        Data(String(decoding: data, as: UTF8.self).replacing("\n", with: "\r\n").utf8)
    }

    private static let hostile = [
        "a: 1",
        "\u{FEFF}a: 1 # one\n\n\nb:   'it''s'   # two\n",
        "a:\nb: ~\nc: \"\"\nd: ''\ne: # nothing\n",
        "%YAML 1.1\n---\na: 1\n...\n# between\n---\n- x\n- y\n---\ntext\n---\n",
        "{\"a\": {\"b\": [1, 2.50, \"x\\ty\", null, true]}, \"c\":\"d\"}",
        "m: {a: 1, b: , c, d: [x, {y: z}, p: q], \"e\": 'f', ? g : h}\n",
        "m: {\n  a: 1, # one\n  b: [ 1 ,\n    2 ],\n}\n# end\n",
        "a: |\n  one\n\n  two\n\n\nb: |-\n   three\nc: |+\n  four\n\n\nd: >\n  five\n  six\n\n  seven\n# c\ne: >-\n  eight\n",
        "a: |2-\n    indented\n   text\nb: >2\n   folded\nl:\n- |\n  in a list\n- >+\n  kept\n\n- end\n",
        "plain: one\n  two\n\n  three # c\ndouble: \"one\n  two\\\n  three\"\nsingle: 'one\n\n  two'\n",
        "? explicit # k\n: value # v\n? alone\n? |\n  block key\n: - 1\n  - 2\n\"quoted key\" : 1\n'single': 2\n",
        "base: &base {x: 1, y: &y two}\nown: &own text\nuse:\n  <<: *base\n  y: *y\n  z: *own\nlist: [*y, *own, 3]\nfree: &free 4\n",
        "a: !!str 12\nb: !!int \"3\"\nc: !!null\nd: !!str\ne: &x !!str text\nf: !!str &z more\ng: ! 1\nh: !!bool yes\n",
        "- - a\n  - - b\n    -\n    - c: 1\n      d:\n      - e\n-   wide: 1\n    too: 2\n-\n  below: 1\n",
        "a:\n- 1\n-   2 # two\n- x: 1\n  y: 2\nb:\n    wide:\n        wider: 1\n",
        "ü: ö # ä\n😀: \"\u{1F600}\u{301} x\" # y\nb: \u{E4}\u{2028}c: d\n",
        "a: 1 \t # tab\nb: \t2\nc: \"a\\\n  b\"\n",
        "a:\n\n  # before\n\n  b: 1\n\n  # behind\n\n# out\nc: 2\n",
        "url: http://x/y?z=1#w\ntime: 2026-11-21\nneg: -1\nhex: 0x1F\nexp: 1e3\nbig: 12345678901234567890.10\n",
        "a: x#y\nb: 'x # y' # z\nc: \"# no\"\nd: [\"#\", '#', a#b] # e\n",
        "--- # root\na: 1\n--- |\n  literal root\n--- \"quoted root\"\n--- [1, 2]\n--- !!str tagged\n--- >-\n  folded\n  root",
    ]
}
