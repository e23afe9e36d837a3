import Diagnostics
import JSON
import Liquid
import Testing

@Suite struct `filters` {
    static let variables: [String: JSONValue] = [
        "context": [
            "name": "dev", "unset": .null, "no": false, "empty": "", "count": 7, "zones": ["b", "a", "b"],
            "mixed": ["a", .null, "b"], "numbers": [10, 9, 2], "lines": "a\n\nb", "windows": "a\r\nb",
            "pools": [["name": "b", "spot": true], ["name": "a", "spot": false], ["name": "c"]].array,
        ]
    ]

    static let examples = [
        Example("context.name | upcase", "DEV"), Example("context.name | upper", "DEV"),
        Example("'DEV' | downcase", "dev"), Example("'DEV' | lower", "dev"),
        Example("'my TITLE' | capitalize", "My title"), Example("'' | capitalize", ""),
        Example("context.name | append: '-1'", "dev-1"), Example("context.name | prepend: 'my-'", "my-dev"),
        Example("context.name | append: 3", "dev3"), Example("'  a b \n' | strip", "a b"),
        Example("'  a b ' | trim", "a b"), Example("'  a ' | lstrip", "a "), Example("'  a ' | rstrip", "  a"),
        Example("' ' | strip", ""), Example("'abcdefgh' | truncate: 5", "ab..."),
        Example("'abcde' | truncate: 5", "abcde"), Example("'abcdef' | truncate: 5, ''", "abcde"),
        Example("'abc' | truncate: 1", "..."), Example("context.lines | indent: 2", "  a\n  \n  b"),
        Example("context.lines | nindent: 1", "\n a\n \n b"), Example("context.windows | indent: 1", " a\r\n b"),
        Example("'a_b_c' | replace: '_', '-'", "a-b-c"), Example("'a_b_c' | replace_first: '_', '-'", "a-b_c"),
        Example("'aaa' | replace: 'aa', 'b'", "ba"), Example("'a-b' | remove: '-'", "ab"),
        Example("'a,b,,c,,' | split: ',' | join: ';'", "a;b;;c"), Example("'abc' | split: '' | join: ' '", "a b c"),
        Example("' a  b ' | split: ' ' | json", #"["a","b"]"#), Example("'' | split: ',' | size", "0"),
        Example("'abcdef' | slice: 1", "b"), Example("'abcdef' | slice: 1, 3", "bcd"),
        Example("'abcdef' | slice: -3, 2", "de"), Example("'abc' | slice: 5", ""), Example("'abc' | slice: -5", ""),
        Example("context.zones | slice: 1, 2 | join", "a b"), Example("'héé' | size", "3"),
        Example("context.zones | size", "3"), Example("context.zones | first", "b"),
        Example("context.zones | last", "b"), Example("context.zones | join", "b a b"),
        Example("context.zones | reverse | join: ''", "bab"), Example("context.mixed | compact | join", "a b"),
        Example("context.zones | concat: context.zones | size", "6"), Example("context.zones | uniq | join", "b a"),
        Example("context.zones | sort | join", "a b b"), Example("context.numbers | sort | join", "2 9 10"),
        Example("context.pools | sort: 'name' | map: 'name' | join", "a b c"),
        Example("context.pools | where: 'spot' | map: 'name' | join", "b"),
        Example("context.pools | where: 'spot', false | map: 'name' | join", "a"),
        Example("context.count | plus: 1", "8"), Example("'1' | plus: '2.5'", "3.5"), Example("0.1 | plus: 0.2", "0.3"),
        Example("context.count | minus: 9", "-2"), Example("context.count | times: 2", "14"),
        Example("context.count | divided_by: 2", "3"), Example("-7 | divided_by: 2", "-4"),
        Example("context.count | modulo: 4", "3"), Example("-7 | modulo: 4", "1"),
        Example("context.count | at_least: 9", "9"), Example("context.count | at_most: 5", "5"),
        Example("'1.33' | split: '.' | last | plus: 1 | prepend: '1.'", "1.34"),
        Example("context.unset | default: 'x'", "x"), Example("context.no | default: 'x'", "x"),
        Example("context.empty | default: 'x'", "x"), Example("context.name | default: 'x'", "dev"),
        Example("context.unset | default: ''", ""), Example("context.unset.deeper | default: 'x'", "x"),
        Example("context.pools[2].spot | default: 'x'", "x"), Example("0 | default: 5", "0"),
        Example("context.zones | json", #"["b","a","b"]"#), Example("context.unset | to_json", "null"),
        Example("'a/\"b' | toJson", #""a/\"b""#), Example("'[1, 2]' | from_json | last", "2"),
        Example("context.zones | from_json | first", "b"), Example("'a \"b\"' | quote", #""a \"b\"""#),
        Example("context.name | squote", "'dev'"), Example("'héllo' | b64enc", "aMOpbGxv"),
        Example("'aMOpbGxv' | b64dec", "héllo"),
    ]

    @Test(arguments: examples)
    func `give what they are known for`(_ example: Example) throws {
        #expect(try rendered("{{ \(example.template) }}", Self.variables) == example.output)
    }

    static let wrong = [
        Example("context.zones | upcase", "`upcase` needs text, not a list"),
        Example("context.unset | upcase", "`upcase` needs text, not nothing"),
        Example("context.name | append: context.zones", "`append` needs text as argument 1, not a list"),
        Example("context.name | join", "`join` needs a list, not text"),
        Example("context.pools | join", "`join` needs a list of texts, not an object"),
        Example("context.zones | concat: 1", "`concat` needs a list as argument 1, not a number"),
        Example("context.zones | map: 'name'", "`map` needs a list of objects, and finds text"),
        Example("context.pools | map: 'spot'", "`map` finds an element without `spot`"),
        Example("context.mixed | sort", "`sort` sorts numbers or texts, and nothing else"),
        Example("3 | size", "`size` needs text, a list or an object, not a number"),
        Example("context.name | plus: 1", "`plus` needs a number, not `dev`"),
        Example("1 | plus: '1e3'", "`plus` needs a number as argument 1, not `1e3`"),
        Example("1 | divided_by: 0", "`divided_by` cannot divide by 0"),
        Example("1.5 | divided_by: 2", "`divided_by` needs a whole number, not `1.5`"),
        Example("'abc' | truncate: -1", "`truncate` needs a number of at least 0 as argument 1"),
        Example("'abc' | slice: 'x'", "`slice` needs a whole number as argument 1, not text"),
        Example("'abc' | replace: '', 'x'", "`replace` needs text that is not empty as argument 1"),
        Example("'{' | from_json", "`from_json` needs JSON"),
        Example("'%' | b64dec", "`b64dec` needs Base64 of a text in UTF-8"),
        Example("\"it's\" | squote", "`squote` cannot put a text with `'` in it between single quotes"),
    ]

    @Test(arguments: wrong)
    func `say at their name what they need`(_ example: Example) throws {
        let template = "{{ \(example.template) }}"
        let error = try #require(throws: DiagnosticList.self) { try rendered(template, Self.variables) }
        #expect(error.diagnostics.map(\.message) == [example.output])
        let column = try #require(error.diagnostics.first?.location?.column)
        #expect(template.dropFirst(column - 1).hasPrefix(try #require(example.output.split(separator: "`").first)))
    }
}

extension [[String: JSONValue]] {
    fileprivate var array: JSONValue { .array(map(JSONValue.object)) }
}
