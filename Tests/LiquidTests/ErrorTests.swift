import Diagnostics
import JSON
import Liquid
import Testing

@Suite struct `a wrong template` {
    struct Case: CustomTestStringConvertible, Sendable {
        let template: String
        let problems: [String]
        var testDescription: String { template }

        init(_ template: String, _ problems: String...) {
            self.template = template
            self.problems = problems
        }
    }

    static let syntax = [
        Case("a\n {{ x", "2:2+2 `{{` is not closed by `}}`"),
        Case("{% if x", "1:1+2 `{%` is not closed by `%}`"),
        Case("{{ a {{ b }}", "1:1+2 `{{` is not closed by `}}`"),
        Case("{{ }}", "1:1+5 a value is missing"), Case("{% %}", "1:1+5 the name of a tag is missing"),
        Case("{{ 'a }}", "1:4+3 the text is not closed by `'` (a text cannot hold its own quote, `}}` or `%}`)"),
        Case("{{ a & b }}", "1:6+1 `&` means nothing here"), Case("{{ a b }}", "1:6+1 `b` cannot stand here"),
        Case("{{ a. }}", "1:1+8 a name is missing"), Case("{{ a[0 }}", "1:1+9 `]` is missing"),
        Case("{{ a | }}", "1:1+9 the name of a filter is missing"),
        Case("{{ a | upcas }}", "1:8+5 unknown filter `upcas` (did you mean `upcase`?)"),
        Case(
            "{{ a | date: '%Y' }}",
            "1:8+4 unknown filter `date` (what is rendered may not depend on the time; give the date as a parameter)"),
        Case("{{ a | toYaml }}", "1:8+6 unknown filter `toYaml` (`json` writes a value in one line, and JSON is YAML)"),
        Case("{{ a | upcase: 1 }}", "1:8+6 the filter `upcase` takes no argument, not 1 (`name | upcase`)"),
        Case(
            "{{ a | replace: 'x' }}",
            "1:8+7 the filter `replace` takes 2 arguments, not 1 (`name | replace: \"_\", \"-\"`)"),
        Case("{{ a | slice }}", "1:8+5 the filter `slice` takes 1 or 2 arguments, not 0 (`name | slice: 0, 3`)"),
        Case("{% asign x = 1 %}", "1:1+17 unknown tag `asign` (did you mean `assign`?)"),
        Case(
            "{% include 'x' %}",
            "1:1+17 unknown tag `include` (known are if, unless, case, for, assign, capture, break, continue, raw and comment)"
        ),
        Case("{% if a %}", "1:1+10 `if` is not closed by `endif`"),
        Case("{% if a %}{% endfor %}{% endif %}", "1:11+12 `endfor` closes or continues nothing here"),
        Case("{% for a in b %}{% if a %}{% endfor %}", "1:17+10 `if` is not closed by `endif`"),
        Case("{% else %}", "1:1+10 `else` closes or continues nothing here"),
        Case(
            "{% if a %}{% else %}{% elsif b %}{% endif %}",
            "1:21+13 `elsif` cannot stand behind the `else` of its `if`"),
        Case("{% if a = 1 %}{% endif %}", "1:9+1 `=` compares nothing (write `==`)"),
        Case(
            "{% if (a) %}{% endif %}", "1:7+1 a value belongs here, not `(`"),
        Case(
            "{% if a | size %}{% endif %}",
            "1:9+1 `|` cannot stand here (a filter cannot stand here; `{% assign name = … %}` gives what it makes a name)"
        ),
        Case("{% if empty %}{% endif %}", "1:7+5 `empty` can only stand beside `==` and `!=`"),
        Case("{% if a < blank %}{% endif %}", "1:11+5 `blank` can only stand beside `==` and `!=`"),
        Case("{{ empty }}", "1:4+5 `empty` can only stand beside `==` and `!=`"),
        Case("{% if a %}{% endif a %}", "1:20+1 `a` cannot stand here"),
        Case("{% break %}", "1:1+11 `break` stands in no `for`"),
        Case("{% for a of b %}{% endfor %}", "1:10+2 `in` belongs here, not `of`"),
        Case("{% for a in (1..) %}{% endfor %}", "1:17+1 a value belongs here, not `)`"),
        Case("{% for a in b by: 2 %}{% endfor %}", "1:15+2 `limit:`, `offset:` or `reversed` belongs here, not `by`"),
        Case("{% assign nil = 1 %}", "1:11+3 `nil` cannot be the name of a variable"),
        Case("{% assign a 1 %}", "1:13+1 `=` belongs here, not `1`"),
        Case("{% raw %} x", "1:1+9 `raw` is not closed by `endraw`"),
        Case("{% comment %} x", "1:1+13 `comment` is not closed by `endcomment`"),
        Case(
            "{% case a %}x{% when 1 %}{% endcase %}",
            "1:1+12 only white space can stand between `case` and its first `when`"),
        Case("{% case a %}", "1:1+12 `case` is not closed by `endcase`"),
    ]

    @Test(arguments: syntax)
    func `is refused at its place before anything is rendered`(_ example: Case) {
        #expect(throws: DiagnosticList.self) { try LiquidTemplate(parsing: example.template, file: "a.liquid") }
        #expect(problems(example.template) == example.problems)
    }

    @Test func `tells all that is wrong at once, by place`() {
        let template = "{{ a | upcas }}\n{% nope %}\n{% if %}\n {{ 'x }}\n{% endif %}{{"
        #expect(
            problems(template) == [
                "1:8+5 unknown filter `upcas` (did you mean `upcase`?)",
                "2:1+10 unknown tag `nope` (known are if, unless, case, for, assign, capture, break, continue, raw and comment)",
                "3:1+8 a value is missing",
                "4:5+3 the text is not closed by `'` (a text cannot hold its own quote, `}}` or `%}`)",
                "5:12+2 `{{` is not closed by `}}`",
            ])
    }

    static let variables: [String: JSONValue] = [
        "context": ["name": "dev", "unset": .null, "zones": ["a"], "pool": ["size": 1]]
    ]

    static let meaning = [
        Case("{{ contxt.name }}", "1:4+11 unknown variable `contxt` (did you mean `context`?)"),
        Case("{{ name }}", "1:4+4 unknown variable `name` (known here: `context`)"),
        Case("é {{ context.nmae }}", "1:6+12 `context` has no `nmae` (did you mean `name`?)"),
        Case("{% if context.nmae %}{% endif %}", "1:7+12 `context` has no `nmae` (did you mean `name`?)"),
        Case("{{ context.nmae | default: 1 }}", "1:4+12 `context` has no `nmae` (did you mean `name`?)"),
        Case("{% if nope %}{% endif %}", "1:7+4 unknown variable `nope` (known here: `context`)"),
        Case("{{ nope | default: 1 }}", "1:4+4 unknown variable `nope` (known here: `context`)"),
        Case("{{ context.pool.sise }}", "1:4+17 `context.pool` has no `sise` (did you mean `size`?)"),
        Case("{% if context.pool.x == 1 %}{% endif %}", "1:7+14 `context.pool` has no `x` (it has `size`)"),
        Case("{{ context.zones[3] }}", "1:4+16 `context.zones` has 1 elements, so there is no `3`"),
        Case(
            "{{ context.zones.third }}",
            "1:4+19 a list has no `third` (it has `size`, `first`, `last` and elements by number: `[0]`)"),
        Case("{{ context.name.first }}", "1:4+18 `context.name.first` asks text for what it cannot have"),
        Case("{{ context.unset.x }}", "1:4+15 `context.unset` has no value here, and so no `x`"),
        Case(
            "{{ context.unset }}",
            "1:4+13 `context.unset` has no value here (put it in an `if`, or give it a value with `| default: …`)"),
        Case(
            "{{ context.zones }}",
            "1:4+13 `context.zones` is a list, which has no text of its own (`| join: \",\"` or `| json` makes text of it)"
        ),
        Case(
            "{{ context.pool }}",
            "1:4+12 `context.pool` is an object, which has no text of its own (`| json` makes text of it)"),
        Case(
            "{% if context.name < 1 %}{% endif %}",
            "1:7+12 `<` compares two numbers or two texts, not text and a number"),
        Case(
            "{% if 1 contains 1 %}{% endif %}",
            "1:7+1 `contains` finds no a number in a number (it looks for text in text, for a value in a list, for a key in an object)"
        ),
        Case(
            "{% for x in context.name %}{% endfor %}", "1:13+12 `for` goes through a list, and `context.name` is text"),
        Case(
            "{% for x in (1..context.name) %}{% endfor %}",
            "1:17+12 `context.name` must be a whole number here, not text"),
        Case("{% for x in context.zones limit: -1 %}{% endfor %}", "1:34+2 `-1` must not be negative here"),
        Case("{% assign x = nope %}{{ x }}{{ x.y }}", "1:15+4 unknown variable `nope` (known here: `context`)"),
        Case(
            "{% for x in (1..3) %}{{ nope }}{% endfor %}",
            "1:25+4 unknown variable `nope` (known here: `context`, `forloop`, `x`)"),
        Case(
            "{{ a }}\n{{ context.b }}", "1:4+1 unknown variable `a` (known here: `context`)",
            "2:4+9 `context` has no `b` (it has `name`, `pool`, `unset`, `zones`)"),
    ]

    @Test(arguments: meaning)
    func `is never filled in with an empty text`(_ example: Case) {
        #expect(problems(example.template, Self.variables) == example.problems)
    }

    @Test func `is shown with its line`() throws {
        let error = try #require(throws: DiagnosticList.self) { try rendered("a\r\n  b: {{ c }}\r\nd") }
        #expect(error.diagnostics.map(\.excerpt) == ["  b: {{ c }}"])
        #expect(error.diagnostics.map(\.location?.description) == ["a.liquid:2:9"])
    }

    @Test func `in a field of a definition is told at the field`() throws {
        let field = SourceLocation(file: "pr.yaml", line: 7, column: 20, length: 11)
        let template = try LiquidTemplate(parsing: "x/\n{{ nope }}", at: field)
        let error = try #require(throws: DiagnosticList.self) { try template.render([:]) }
        #expect(error.diagnostics.map(\.location) == [field])
        #expect(error.diagnostics.map(\.message) == ["unknown variable `nope`"])
    }
}
