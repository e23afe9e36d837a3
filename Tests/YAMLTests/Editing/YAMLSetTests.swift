import Diagnostics
import FoundationEssentials
import JSON
import Testing

@testable import YAML

/// One change, with all bytes before and after it.
struct EditCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let before: String
    let path: [YAMLPathStep]
    let content: YAMLContent
    let after: String

    init(_ name: String, _ before: String, _ path: [YAMLPathStep], _ content: YAMLContent, _ after: String) {
        (testDescription, self.before, self.path, self.content, self.after) = (name, before, path, content, after)
    }

    func check() throws {
        var edit = try YAMLEdit(Data(before.utf8), file: "a.yaml")
        try edit.set(path, to: content)
        #expect(String(decoding: edit.data, as: UTF8.self) == after)
    }
}

struct YAMLSetTests {
    private static let scalars = [
        EditCase("double quotes stay", "v: \"1.32\" # now\n", ["v"], .string("1.33"), "v: \"1.33\" # now\n"),
        EditCase("single quotes stay", "v: '1.32'\n", ["v"], .string("it's"), "v: 'it''s'\n"),
        EditCase("single quotes give way", "v: 'a'\n", ["v"], .string("a\nb"), "v: \"a\\nb\"\n"),
        EditCase("plain stays", "v:   old\nw: 1\n", ["v"], .string("new, text"), "v:   new, text\nw: 1\n"),
        EditCase("plain is quoted", "v: old\n", ["v"], .string("yes"), "v: \"yes\"\n"),
        EditCase("plain is quoted, number", "v: old\n", ["v"], .string("1.30"), "v: \"1.30\"\n"),
        EditCase("a plain number as it is", "v: 1.29\n", ["v"], .plain("1.30"), "v: 1.30\n"),
        EditCase("a text becomes a number", "v: \"3\"\n", ["v"], .number(5), "v: 5\n"),
        EditCase("a number becomes a truth value", "v: 3 # three\n", ["v"], .bool(true), "v: true # three\n"),
        EditCase("null", "v: 3\n", ["v"], .null, "v: null\n"),
        EditCase("many lines", "v: one\n  two\n  three # c\n", ["v"], .string("x"), "v: x # c\n"),
        EditCase("many quoted lines", "v: \"one\n\n  two\"\nw: 1\n", ["v"], .string("x"), "v: \"x\"\nw: 1\n"),
        EditCase("the next line", "v:\n  # c\n  old # d\n", ["v"], .string("new"), "v:\n  # c\n  new # d\n"),
        EditCase("an item", "- a\n- b # c\n-   d\n", [2], .string("e"), "- a\n- b # c\n-   e\n"),
        EditCase("in a flow mapping", "m: {a: 1, b: two}\n", ["m", "b"], .string("x, y"), "m: {a: 1, b: \"x, y\"}\n"),
        EditCase("in a flow list", "m: [1, [2, 'three']]\n", ["m", 1, 1], .string("4"), "m: [1, [2, '4']]\n"),
        EditCase("what libyaml refuses in a flow list", "m: [a]\n", ["m", 0], .string("0:?"), "m: [\"0:?\"]\n"),
        EditCase("a flow pair", "m: [a: 1, b]\n", ["m", 0, "a"], .number(2), "m: [a: 2, b]\n"),
        EditCase("JSON", "{\"a\":1,\"b\":\"c\"}", ["b"], .string("d"), "{\"a\":1,\"b\":\"d\"}"),
        EditCase("an explicit key", "? a # k\n: b # v\n", ["a"], .string("c"), "? a # k\n: c # v\n"),
        EditCase("a quoted key", "\"a b\": 1\n", ["a b"], .number(2), "\"a b\": 2\n"),
        EditCase("line ends", "a: 1\r\nb: 2\r\n", ["a"], .number(3), "a: 3\r\nb: 2\r\n"),
        EditCase("a byte order mark", "\u{FEFF}a: 1\n", ["a"], .number(3), "\u{FEFF}a: 3\n"),
        EditCase("no line end", "a: 1", ["a"], .number(3), "a: 3"),
        EditCase("scalars beyond ASCII", "ü: \"ö\" # ä\n😀: ß\n", ["😀"], .string("é"), "ü: \"ö\" # ä\n😀: é\n"),
        EditCase("the same value", "a: 0x10\n", ["a"], .number(16), "a: 0x10\n"),
        EditCase("a root", "--- one\n...\n", [], .string("two"), "--- two\n...\n"),
    ]

    private static let properties = [
        EditCase("an alias", "a: &x 1\nb: *x # c\n", ["b"], .number(2), "a: &x 1\nb: 2 # c\n"),
        EditCase("an anchor that nobody uses", "a: &x 1\n", ["a"], .number(2), "a: &x 2\n"),
        EditCase("a tag that fits", "a: !!str 1\n", ["a"], .string("2"), "a: !!str \"2\"\n"),
        EditCase("a tag that does not fit", "a: !!str 1\n", ["a"], .number(2), "a: 2\n"),
        EditCase("a tag behind an anchor", "a: &x !!str 1\n", ["a"], .number(2), "a: &x 2\n"),
        EditCase("an anchor behind a tag", "a: !!str &x 1 # c\n", ["a"], .bool(true), "a: &x true # c\n"),
        EditCase("an anchored nothing", "a: &x\nb: 1\n", ["a"], .number(2), "a: &x 2\nb: 1\n"),
        EditCase("a tagged nothing", "a: !!null\nb: 1\n", ["a"], .number(2), "a: 2\nb: 1\n"),
    ]

    private static let blocks = [
        EditCase(
            "a literal", "a: | # c\n    one\n    two\n\n\nb: 1\n", ["a"], .string("x\n\ny\n"),
            "a: | # c\n    x\n\n    y\n\n\nb: 1\n"),
        EditCase("without the last line feed", "a: |\n  one\n", ["a"], .string("x"), "a: |-\n  x\n"),
        EditCase("with the last line feed", "a: |-\n  one\n", ["a"], .string("x\n"), "a: |\n  x\n"),
        EditCase("all line feeds", "a: |+\n  one\n\nb: 1\n", ["a"], .string("x\n\n\n"), "a: |+\n  x\n\n\nb: 1\n"),
        EditCase("fewer line feeds", "a: |+\n  one\n\nb: 1\n", ["a"], .string("x"), "a: |-\n  x\nb: 1\n"),
        EditCase("folded", "a: >-\n  one\n  two\n", ["a"], .string("three four"), "a: >-\n  three four\n"),
        EditCase("folded gives way", "a: >- # c\n  one\nb: 1\n", ["a"], .string("x\ny"), "a: \"x\\ny\" # c\nb: 1\n"),
        EditCase("an indicator", "a: |2\n    one\n", ["a"], .string("  x\n"), "a: |2\n    x\n"),
        EditCase("a literal becomes a number", "a: | # c\n  one\n\nb: 1\n", ["a"], .number(1), "a: 1 # c\n\nb: 1\n"),
        EditCase("a literal in a list", "- |\n one\n- b\n", [0], .string("x\n"), "- |\n x\n- b\n"),
        EditCase("at the end of the file", "a: |\n  one", ["a"], .string("two\n"), "a: \"two\\n\""),
        EditCase("with CRLF", "a: |\r\n  one\r\n", ["a"], .string("x\ny\n"), "a: |\r\n  x\r\n  y\r\n"),
    ]

    private static let nothing = [
        EditCase("behind a key", "a:\nb: 1\n", ["a"], .number(2), "a: 2\nb: 1\n"),
        EditCase("before a comment", "a: # c\n", ["a"], .string("x"), "a: x # c\n"),
        EditCase("in an item", "- a\n-\n- c\n", [1], .string("b"), "- a\n- b\n- c\n"),
        EditCase("in braces", "m: {a: , b: 1}\n", ["m", "a"], .number(2), "m: {a: 2 , b: 1}\n"),
        EditCase("a key alone in braces", "m: {a, b: 1}\n", ["m", "a"], .number(2), "m: {a: 2, b: 1}\n"),
        EditCase(
            "an explicit key alone", "m:\n  ? a # c\n  ? b\n", ["m", "a"], .number(2), "m:\n  ? a # c\n  : 2\n  ? b\n"),
        EditCase("an empty document", "# c\n---\n# d\n---\nb: 1\n", [], .string("x"), "# c\n--- x\n# d\n---\nb: 1\n"),
        EditCase("an empty file", "", ["a", "b"], .number(1), "a:\n  b: 1\n"),
        EditCase("a file of comments", "# c", ["a"], .number(1), "# c\na: 1\n"),
    ]

    private static let collections = [
        EditCase("for a text", "a: b # c\nd: 1\n", ["a"], .mapping([.init("x", .number(1))]), "a: # c\n  x: 1\nd: 1\n"),
        EditCase("for nothing", "a: # c\nd: 1\n", ["a"], .sequence([.number(1)]), "a: # c\n  - 1\nd: 1\n"),
        EditCase("for empty braces", "a: {} # c\n", ["a"], .mapping([.init("x", .null)]), "a: {x: null} # c\n"),
        EditCase(
            "for an item", "- a\n- b\n", [0], .mapping([.init("x", .null), .init("z", .null)]),
            "- x: null\n  z: null\n- b\n"),
        EditCase("for an item with a comment", "- a # c\n", [0], .mapping([.init("x", .null)]), "- # c\n  x: null\n"),
        EditCase(
            "for a wide item", "-   a\n", [0], .mapping([.init("x", .null), .init("z", .null)]),
            "-   x: null\n    z: null\n"),
        EditCase(
            "for an empty item", "-\n- b\n", [0], .mapping([.init("x", .null), .init("z", .null)]),
            "- x: null\n  z: null\n- b\n"),
        EditCase("for an anchored text", "a: &x b\n", ["a"], .sequence([.null]), "a: &x\n  - null\n"),
        EditCase("for a literal", "a: | # c\n  b\n\nd: 1\n", ["a"], .sequence([.null]), "a: # c\n  - null\n\nd: 1\n"),
        EditCase(
            "for a text on a line of its own", "a:\n   b # c\n", ["a"], .sequence([.null]), "a:\n   # c\n   - null\n"),
        EditCase("for an alias", "a: &x 1\nb: *x\n", ["b"], .sequence([.null]), "a: &x 1\nb:\n  - null\n"),
        EditCase("in a flow collection", "a: [b]\n", ["a", 0], .mapping([.init("x", .null)]), "a: [{x: null}]\n"),
        EditCase("a flow list stays one", "a: [1,\n  2] # c\n", ["a"], .sequence([.string("b")]), "a: [b] # c\n"),
        EditCase("a list below its key", "a:\n- 1\n- 2 # c\nb: 1\n", ["a"], .sequence([.null]), "a:\n- null\nb: 1\n"),
        EditCase(
            "a mapping for such a list", "a:\n- 1\nb: 1\n", ["a"], .mapping([.init("x", .null)]),
            "a:\n  x: null\nb: 1\n"),
        EditCase(
            "a wide indentation", "a:\n    b: 1\nc: 2\n", ["c"], .mapping([.init("x", .null)]),
            "a:\n    b: 1\nc:\n    x: null\n"),
        EditCase(
            "a text for a mapping", "a: # c\n  # d\n  b: 1\n  c: 2 # e\n# f\ng: 1\n", ["a"], .string("x"),
            "a: x # c\n# f\ng: 1\n"),
        EditCase("a text for a mapping in a list", "- a: 1\n  b: 2\n- c\n", [0], .string("x"), "- x\n- c\n"),
        EditCase("a text for an anchored mapping", "a: &x # c\n  b: 1\n", ["a"], .string("new"), "a: &x new # c\n"),
        EditCase("a text for a flow mapping", "a: {b: 1} # c\n", ["a"], .string("new"), "a: new # c\n"),
        EditCase("an empty list for a list", "a:\n  - 1\n  - 2\n", ["a"], .sequence([]), "a: []\n"),
        EditCase(
            "with CRLF", "a: b\r\nc: 1\r\n", ["a"], .mapping([.init("x", .null), .init("z", .null)]),
            "a:\r\n  x: null\r\n  z: null\r\nc: 1\r\n"),
    ]

    private static let additions = [
        EditCase("a key", "a: 1\n", ["b"], .string("x"), "a: 1\nb: x\n"),
        EditCase(
            "behind the last key of its mapping", "s:\n  v:\n    a: 1 # one\n    # two\n\n  # w\n  w: 1\n",
            ["s", "v", "b"],
            .number(2), "s:\n  v:\n    a: 1 # one\n    b: 2\n    # two\n\n  # w\n  w: 1\n"),
        EditCase("before the document's end", "a: 1\n...\n", ["b"], .number(2), "a: 1\nb: 2\n...\n"),
        EditCase("without a line end", "a: 1", ["b"], .number(2), "a: 1\nb: 2"),
        EditCase("behind a literal", "a: |\n  x\n\n# c\n", ["b"], .number(2), "a: |\n  x\nb: 2\n\n# c\n"),
        EditCase("behind kept line feeds", "a: |+\n  x\n\n# c\n", ["b"], .number(2), "a: |+\n  x\n\nb: 2\n# c\n"),
        EditCase(
            "behind an empty value", "a:\n  b: # c\nd: 1\n", ["a", "c"], .number(2), "a:\n  b: # c\n  c: 2\nd: 1\n"),
        EditCase("in a mapping in a list", "- a: 1\n- b: 1\n", [0, "c"], .number(2), "- a: 1\n  c: 2\n- b: 1\n"),
        EditCase("missing parents", "a: 1\n", ["b", "c", 0, "d"], .number(2), "a: 1\nb:\n  c:\n    - d: 2\n"),
        EditCase("in nothing", "a:\nb: 1\n", ["a", "c"], .number(2), "a:\n  c: 2\nb: 1\n"),
        EditCase("in a null", "a: null # c\n", ["a", "c"], .number(2), "a: # c\n  c: 2\n"),
        EditCase("in empty braces", "a: { }\n", ["a", "c"], .number(2), "a: {c: 2}\n"),
        EditCase("in braces", "a: {b: 1} # c\n", ["a", "c"], .string("x, y"), "a: {b: 1, c: \"x, y\"} # c\n"),
        EditCase("behind a last comma", "a: {b: 1,}\n", ["a", "c"], .number(2), "a: {b: 1, c: 2,}\n"),
        EditCase("behind a key alone", "a: {b}\n", ["a", "c"], .number(2), "a: {b, c: 2}\n"),
        EditCase("behind an empty value in braces", "a: {b: }\n", ["a", "c"], .number(2), "a: {b: , c: 2 }\n"),
        EditCase(
            "in braces of many lines", "a: {\n  b: 1, # x\n  d: 2 # y\n}\n", ["a", "c"], .number(2),
            "a: {\n  b: 1, # x\n  d: 2, # y\n  c: 2\n}\n"),
        EditCase(
            "in such with a last comma", "a: {\n  b: 1, # x\n}\n", ["a", "c"], .number(2),
            "a: {\n  b: 1, # x\n  c: 2,\n}\n"),
        EditCase("an item", "a:\n  - 1 # x\n# y\nb: 1\n", ["a", 1], .number(2), "a:\n  - 1 # x\n  - 2\n# y\nb: 1\n"),
        EditCase(
            "an item below its key", "a:\n- 1\nb: 1\n", ["a", 1], .mapping([.init("x", .null), .init("z", .null)]),
            "a:\n- 1\n- x: null\n  z: null\nb: 1\n"),
        EditCase("an item in brackets", "a: [1]\n", ["a", 1], .number(2), "a: [1, 2]\n"),
        EditCase("text of several lines", "a: 1\n", ["b"], .string("x\ny\n"), "a: 1\nb: |\n  x\n  y\n"),
        EditCase("such text in a last line without end", "a: 1", ["b"], .string("x\ny\n"), "a: 1\nb: |\n  x\n  y\n"),
        EditCase("text that looks like a number", "a: 1\n", ["b"], .string("1.30"), "a: 1\nb: \"1.30\"\n"),
        EditCase(
            "over a merged key", "a: &x {b: 1}\nc:\n  <<: *x\n", ["c", "b"], .number(2),
            "a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n"),
        EditCase(
            "with CRLF", "a:\r\n  b: 1\r\nc: 1\r\n", ["a", "d"], .number(2), "a:\r\n  b: 1\r\n  d: 2\r\nc: 1\r\n"),
    ]

    @Test(arguments: scalars)
    func `a scalar is replaced in its style`(edit: EditCase) throws { try edit.check() }

    @Test(arguments: properties)
    func `anchors stay, tags where they fit, an alias is replaced itself`(edit: EditCase) throws { try edit.check() }

    @Test(arguments: blocks)
    func `a block scalar stays one where it can hold the text`(edit: EditCase) throws { try edit.check() }

    @Test(arguments: nothing)
    func `a value is put where nothing is written`(edit: EditCase) throws { try edit.check() }

    @Test(arguments: collections)
    func `collections take the place of scalars and the reverse`(edit: EditCase) throws { try edit.check() }

    @Test(arguments: additions)
    func `what is missing is added behind what is there`(edit: EditCase) throws { try edit.check() }

    @Test func `another document of the stream is changed alone`() throws {
        var edit = try YAMLEdit(Data("# 1\na: 1 # x\n---\n# 2\na: 2\n...\n---\na: 3\n".utf8), file: "a.yaml")
        try edit.set(["a"], to: .number(9), inDocument: 1)
        #expect(String(decoding: edit.data, as: UTF8.self) == "# 1\na: 1 # x\n---\n# 2\na: 9\n...\n---\na: 3\n")
        #expect(edit.roots.map { $0.json(.core12) } == [["a": 1], ["a": 9], ["a": 3]])
    }

    @Test(
        arguments: [
            (
                "a: &x 1\nb: *x\nc: *x\n", ["a"],
                "a.yaml:1:4: error: this value would change at other places too: `&x` is repeated"
            ),
            (
                "a: &x {b: 1}\nc: *x\n", ["a", "b"],
                "a.yaml:1:11: error: this value would change at other places too: `&x` is repeated"
            ),
            (
                "a: &x {b: 1}\nc: *x\n", ["a", "d"],
                "a.yaml:1:4: error: this value would change at other places too: `&x` is repeated"
            ),
            (
                "a:\n  b: &x 1\nc: *x\n", ["a"],
                "a.yaml:2:3: error: this value would change at other places too: `&x` is repeated"
            ),
            (
                "a: &x {b: 1}\nc: *x\n", ["c", "b"],
                "a.yaml:2:4: error: the alias `*x` stands here: a change inside it would change what `&x` names too"
            ),
            (
                "a: &x {b: 1}\nc: *x\n", ["c", "d"],
                "a.yaml:2:4: error: the alias `*x` stands here: a change inside it would change what `&x` names too"
            ),
            ("a: text\n", ["a", "b"], "a.yaml:1:4: error: `a` is a single value: it has no key `b`"),
            ("a: [1]\n", ["a", "b"], "a.yaml:1:4: error: `a` is a list: it has no key `b`"),
            ("a: [1]\n", ["a", 2], "a.yaml:1:4: error: the list has 1 item, there is none at 2"),
            ("a: 1\n", [0], "a.yaml:1:1: error: the document is a mapping: it has no items"),
            (
                "a: [b: 1]\n", ["a", 0, "c"],
                "a.yaml:1:5: error: a pair inside `[…]` without braces of its own takes no second key"
            ),
        ] as [(String, [YAMLPathStep], String)])
    func `what cannot be changed alone is refused with its place`(
        text: String, path: [YAMLPathStep], message: String
    ) throws {
        var edit = try YAMLEdit(Data(text.utf8), file: "a.yaml")
        let problem = #expect(throws: Diagnostic.self) { try edit.set(path, to: .string("new")) }
        #expect(problem?.description == message)
        #expect(edit.data == Data(text.utf8))
    }

    @Test func `the places that repeat a value are named`() throws {
        var edit = try YAMLEdit(Data("a: &x 1\nb: *x\nc: [*x]\n".utf8), file: "a.yaml")
        let problem = #expect(throws: Diagnostic.self) { try edit.set(["a"], to: .number(2)) }
        #expect(
            problem?.notes.map { "\($0.location?.description ?? ""): \($0.message)" }
                == ["a.yaml:2:4: `*x` stands here", "a.yaml:3:5: `*x` stands here"])
    }

    @Test func `a document that is not there is an error`() throws {
        var edit = try YAMLEdit(Data("a: 1\n".utf8), file: "a.yaml")
        let problem = #expect(throws: Diagnostic.self) { try edit.set(["a"], to: .null, inDocument: 1) }
        #expect(problem?.description == "a.yaml:1:1: error: there is no document number 2: the file has 1")
    }

    @Test func `text that is no YAML is refused with all its mistakes`() {
        let problems = #expect(throws: DiagnosticList.self) {
            try YAMLEdit(Data("a: 1\na: 2\n---\nb: 'x\n".utf8), file: "a.yaml")
        }
        #expect(problems?.diagnostics.compactMap(\.location?.line) == [2, 4])
    }
}
