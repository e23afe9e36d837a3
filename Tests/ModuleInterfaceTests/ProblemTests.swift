import Diagnostics
import Foundation
import ModuleInterface
import TestSupport
import Testing

/// What cannot be read says what and where.
@Suite struct ProblemTests {
    @Test(arguments: [
        ("variable \"x\" {", "1:14: error: `{` is never closed"),
        ("a = [1, (2]", "1:11: error: `]` closes no bracket that is open here"),
        ("}", "1:1: error: `}` closes no bracket that is open here"),
        ("locals {\n  a = \"b\n}", "2:7: error: the string is not closed on its line"),
        ("a = \"b", "1:5: error: the string is never closed"),
        ("a = \"${\"b\"", "1:6: error: `${` is never closed"),
        ("a = <<EOT\nb\nEOT", "1:5: error: the heredoc `<<EOT` is never closed"),
        ("a = <<-EOT\n%{ if x", "2:1: error: `%{` is never closed"),
        ("a = 1 /* b", "1:7: error: the comment is never closed"),
        ("variable \"x\"\n{\n}", "1:1: error: `variable` is neither an argument nor a block"),
        ("variable \"x\" = 1", "1:1: error: `variable` is neither an argument nor a block"),
        ("locals {\n  a =\n  1\n}", "2:3: error: argument `a` has no value on its line"),
        ("locals {\n  a = 1\n  a = 2\n}", "3:3: error: argument `a` is set twice"),
        ("\"a\" {}", "1:1: error: an argument or a block begins with its name"),
        ("variable \"a${b}\" {}", "1:10: error: a label of a block is plain text"),
        ("a = 'b'", "1:5: error: strings are quoted with `\"`, not with `'`"),
        ("a = 1; b = 2", "1:6: error: `;` separates nothing here"),
        ("a = \u{0}", "1:5: error: a control character stands here"),
        ("a = @b", "1:5: error: `@` has no meaning here"),
        ("variable {}", "1:1: error: `variable` has one label, its name; here are 0"),
        ("resource \"a\" {}", "1:1: error: `resource` has two labels, its type and its name"),
        ("data \"a\" {}", "1:1: error: `data` has two labels, its type and its name"),
        ("provider \"a\" {\n  version = 1\n}", "2:13: error: the `version` of a `provider` is a plain string"),
        ("terraform {\n  backend {}\n}", "2:3: error: `backend` has one label, its type"),
        ("terraform {\n  required_version = local.v\n}", "2:22: error: `required_version` is a plain string"),
        ("module \"m\" {}", "1:1: error: module `m` has no `source`"),
        ("module \"m\" {\n  source = var.s\n}", "2:12: error: the source of module `m` is no plain string"),
    ])
    func `a file that cannot be read names the place`(text: String, expected: String) {
        #expect(problems(["main.tf": text]) == ["main.tf:" + expected])
    }

    @Test(arguments: [
        ("", "1:1: error: this is not JSON: a value is expected"),
        ("[1]", "1:2: error: the content of the file is a JSON object"),
        ("1", "1:1: error: the file holds no JSON object"),
        ("{} {}", "1:4: error: this is not JSON: the document ends before this"),
        ("{\"a\": tru}", "1:7: error: this is not JSON: a value is expected"),
        ("{\"a\": 01}", "1:7: error: this is not JSON: a value is expected"),
        ("{\"a\" 1}", "1:6: error: this is not JSON: `:` is expected"),
        ("{\"a\": 1,}", "1:9: error: this is not JSON: a name in quotes is expected"),
        ("{\"a\": [1 2]}", "1:10: error: this is not JSON: `,` or `]` is expected"),
        ("{\"a\": \"b\n\"}", "1:9: error: this is not JSON: a control character stands in a string"),
        ("{\"a\": \"\\x\"}", "1:7: error: this is not JSON: the string holds an unknown escape"),
        ("{\"a\": \"b", "1:7: error: this is not JSON: the string is never closed"),
        ("{\"a\": 1, \"a\": 2}", "1:10: error: argument `a` is set twice"),
        ("{\"variable\": {\"x\": 1}}", "1:20: error: the content of `variable` is a JSON object"),
        ("{\"variable\": {\"x\": {}, \"x\": {}}}", "1:24: error: variable `x` is declared twice in this module"),
    ])
    func `a JSON file that cannot be read names the place`(text: String, expected: String) {
        #expect(problems(["main.tf.json": text]) == ["main.tf.json:" + expected])
    }

    @Test func `all problems of all files are told at once, by place`() {
        let files = [
            "a.tf": "variable \"x\" {}\noutput \"x\" {}\nterraform {\n  backend \"s3\" {}\n  required_providers {}\n}",
            "b.tf": "variable \"x\" {}\nmodule \"m\" {}\nmodule \"m\" {}\noutput \"x\" {}",
            "c.tf": "terraform {\n  backend \"gcs\" {}\n  cloud {}\n  required_providers {}\n}\n",
            "d.tf": "oops",
        ]
        #expect(
            problems(files) == [
                "a.tf:4:3: error: a module has a backend or a `cloud` block, not both",
                "b.tf:1:1: error: variable `x` is declared twice in this module",
                "b.tf:2:1: error: module `m` has no `source`",
                "b.tf:3:1: error: module `m` is declared twice in this module",
                "b.tf:4:1: error: output `x` is declared twice in this module",
                "c.tf:2:3: error: a backend is declared twice in this module",
                "c.tf:4:3: error: `required_providers` is declared twice in this module",
                "d.tf:1:1: error: `oops` is neither an argument nor a block",
            ])
    }

    @Test(arguments: ["[", "(", "{", "\"${"])
    func `deep nesting is refused, not followed`(opening: String) {
        let text = "a = " + String(repeating: opening, count: 100_000)
        #expect(problems(["main.tf": text]).first?.contains("nest deeper than 100 levels") == true)
    }

    @Test func `deep nesting in JSON is refused, not followed`() {
        let text = "{\"a\": " + String(repeating: "[", count: 100_000)
        #expect(
            problems(["main.tf.json": text]) == [
                "main.tf.json:1:106: error: this is not JSON: it nests deeper than 100 levels"
            ])
    }

    @Test func `a file that is not UTF-8 is an error`() {
        let tree = MemoryTree(bytes: ["main.tf": Data([0x61, 0xFF])])
        let error = #expect(throws: DiagnosticList.self) { try ModuleInterface.read(folder: "", in: tree) }
        #expect(error?.diagnostics.map(\.description) == ["main.tf:1:1: error: the file is not UTF-8"])
    }

    @Test func `a folder without Terraform files is an error`() {
        #expect(problems(["README.md": ""]) == ["error: the folder `.` holds no Terraform files"])
    }
}
