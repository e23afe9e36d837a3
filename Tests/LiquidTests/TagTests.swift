import JSON
import Liquid
import Testing

@Suite struct `tags and values` {
    static let variables: [String: JSONValue] = [
        "name": "dev", "count": 3, "yes": true, "no": false, "unset": .null, "text": "", "space": " \n",
        "zones": ["a", "b", "c", "d"], "none": [], "pool": ["name": "small", "spot": true],
        "pools": [["name": "small", "size": 1], ["name": "large"]],
    ]

    static let outputs = [
        Example("a {{ name }} b", "a dev b"), Example("{{name}}", "dev"), Example("{{ 'it' }}{{ \"s\" }}", "its"),
        Example("{{ 12 }} {{ -3 }} {{ 1.50 }}", "12 -3 1.5"), Example("{{ true }} {{ false }}", "true false"),
        Example("{{ pool.name }} {{ pool['name'] }} {{ pool[\"name\"] }}", "small small small"),
        Example("{{ zones[0] }} {{ zones[-1] }} {{ zones.first }} {{ zones.last }} {{ zones.size }}", "a d a d 4"),
        Example("{{ zones[count] }}", "d"), Example("{{ name.size }} {{ pool.size }}", "3 2"),
        Example("{{ pools[1].name }}", "large"),
        Example("}} %} { }", "}} %} { }"),
    ]

    static let conditions = [
        Example("{% if yes %}1{% endif %}", "1"), Example("{% if no %}1{% endif %}", ""),
        Example("{% if unset %}1{% else %}2{% endif %}", "2"), Example("{% if text %}1{% endif %}", "1"),
        Example("{% if none %}1{% endif %}", "1"), Example("{% if 0 %}1{% endif %}", "1"),
        Example("{% if no %}1{% elsif unset %}2{% elsif yes %}3{% else %}4{% endif %}", "3"),
        Example("{% unless no %}1{% endunless %}", "1"), Example("{% unless yes %}1{% else %}2{% endunless %}", "2"),
        Example("{% unless yes %}1{% elsif yes %}2{% endunless %}", "2"),
        Example("{% if pools[1].spot %}1{% else %}2{% endif %}", "2"),
        Example("{% if unset.deeper %}1{% else %}2{% endif %}", "2"),
        Example("{% if pools[1].size and pools[1].size > 1 %}1{% else %}2{% endif %}", "2"),
    ]

    static let comparisons = [
        Example("name == 'dev'", "1"), Example("name != 'dev'", "0"), Example("name <> 'prod'", "1"),
        Example("count > 2", "1"), Example("count >= 3", "1"), Example("count < 3", "0"), Example("count <= 3", "1"),
        Example("count == 3.0", "1"), Example("count == '3'", "0"), Example("'a' < 'b'", "1"),
        Example("unset == nil", "1"), Example("unset == null", "1"), Example("name == nil", "0"),
        Example("text == empty", "1"), Example("none == empty", "1"), Example("empty == none", "1"),
        Example("name == empty", "0"), Example("unset == empty", "0"), Example("space == empty", "0"),
        Example("unset == blank", "1"), Example("no == blank", "1"), Example("space == blank", "1"),
        Example("name != blank", "1"), Example("name contains 'ev'", "1"), Example("name contains 'x'", "0"),
        Example("zones contains 'c'", "1"), Example("zones contains 'x'", "0"), Example("pool contains 'spot'", "1"),
        Example("unset contains 'x'", "0"), Example("yes and no", "0"), Example("yes or no", "1"),
        // From the right: true or (false and false), false and (false or true).
        Example("true or false and false", "1"), Example("false and false or true", "0"),
        Example("true and false and false or true", "0"),
    ]

    static let loops = [
        Example("{% for z in zones %}{{ z }}{% endfor %}", "abcd"),
        Example("{% for z in zones limit: 2 %}{{ z }}{% endfor %}", "ab"),
        Example("{% for z in zones offset:1 limit:2 %}{{ z }}{% endfor %}", "bc"),
        Example("{% for z in zones reversed %}{{ z }}{% endfor %}", "dcba"),
        Example("{% for z in zones reversed limit: 2, offset: 1 %}{{ z }}{% endfor %}", "cb"),
        Example("{% for i in (1..count) %}{{ i }}{% endfor %}", "123"),
        Example("{% for i in (3..1) %}{{ i }}{% else %}none{% endfor %}", "none"),
        Example("{% for i in (1..9000000000) limit: 2 %}{{ i }}{% endfor %}", "12"),
        Example("{% for i in (-1..1) reversed %}{{ i }},{% endfor %}", "1,0,-1,"),
        Example("{% for z in none %}{{ z }}{% else %}none{% endfor %}", "none"),
        Example("{% for z in unset %}{{ z }}{% else %}none{% endfor %}", "none"),
        Example("{% for pair in pool %}{{ pair[0] }}={{ pair[1] }};{% endfor %}", "name=small;spot=true;"),
        Example("{% for z in zones %}{% if z == 'c' %}{% break %}{% endif %}{{ z }}{% endfor %}", "ab"),
        Example("{% for z in zones %}{% if z == 'b' %}{% continue %}{% endif %}{{ z }}{% endfor %}", "acd"),
        Example("{% for z in zones %}{% for y in none %}{% else %}{% break %}{% endfor %}{{ z }}{% endfor %}!", "!"),
        Example(
            "{% for z in zones %}{{ forloop.index }}{{ forloop.rindex0 }}{{ forloop.first }} {% endfor %}",
            "13true 22false 31false 40false "),
        Example(
            "{% for z in zones limit: 1 %}{{ forloop.index0 }}{{ forloop.rindex }}{{ forloop.last }}{{ forloop.length }}{% endfor %}",
            "01true1"),
        Example(
            "{% for i in (1..2) %}{% for j in (1..2) %}{{ forloop.parentloop.index }}{{ forloop.index }} {% endfor %}{% endfor %}",
            "11 12 21 22 "),
        Example("{% for name in zones limit: 1 %}{{ name }}{% endfor %}{{ name }}", "adev"),
    ]

    static let others = [
        Example(
            "{% case name %}{% when 'prod' %}1{% when 'x', 'dev' %}2{% when 'dev' %}3{% else %}4{% endcase %}", "2"),
        Example("{% case count %} {% when 1 or 3 %}1{% endcase %}", "1"),
        Example("{% case name %}{% when 'x' %}1{% else %}2{% endcase %}", "2"),
        Example("{% case name %}{% when 'x' %}1{% endcase %}", ""),
        Example("{% case text %}{% when empty %}1{% endcase %}", "1"),
        Example("{% assign x = name | upcase %}{{ x }}", "DEV"),
        Example("{% for z in zones %}{% assign x = z %}{% endfor %}{{ x }}", "d"),
        Example("{% capture x %}<{{ name }}>{% endcapture %}{{ x }}{{ x }}", "<dev><dev>"),
        Example("{% raw %}{{ name }} {% if %}{% endraw %}", "{{ name }} {% if %}"),
        Example("a{% comment %} {{ }} {% nonsense %} {% endcomment %}b", "ab"),
        Example("{% comment %}{% comment %}{% endcomment %}x{% endcomment %}y", "y"),
    ]

    static let spaces = [
        Example("a {{- name }} b", "adev b"), Example("a {{ name -}} b", "a devb"),
        Example("a\n  {%- if yes -%}\n  b\n  {%- endif -%}\n c", "abc"),
        Example("a\n{% if yes %}\nb\n{% endif %}\nc", "a\n\nb\n\nc"),
        Example("{{-1}}", "1"), Example("{{ -1 }}", "-1"),
        Example("a {%- raw -%} {{ b }} {%- endraw -%} c", "a{{ b }}c"),
        Example("a {%- comment %} x {% endcomment -%} c", "ac"), Example("a\r\n{{- name -}}\r\nb", "adevb"),
    ]

    @Test(arguments: outputs + conditions + loops + others + spaces)
    func `renders as the reference of the language says`(_ example: Example) throws {
        #expect(try rendered(example.template, Self.variables) == example.output)
    }

    @Test(arguments: comparisons)
    func `a condition holds as the reference of the language says`(_ example: Example) throws {
        let template = "{% if \(example.template) %}1{% else %}0{% endif %}"
        #expect(try rendered(template, Self.variables) == example.output)
    }

    /// The shape of Plural's published values files: a JSON list of node pools with members that may be missing.
    @Test func `a list of node pools becomes YAML`() throws {
        let template = """
            {% assign pools = context.nodePools | from_json -%}
            groups:
              {%- for pool in pools %}
              {{ pool.name }}:
                size: {{ pool.size | default: 2 }}
                {%- if pool.labels %}
                labels: {{ pool.labels | json }}
                {%- endif %}
              {%- else %} {}
              {%- endfor %}

            """
        let pools = #"[{"name": "small", "labels": {"b": "2", "a": "1"}}, {"name": "large", "size": 9}]"#
        #expect(
            try rendered(template, ["context": ["nodePools": .string(pools)]]) == """
                groups:
                  small:
                    size: 2
                    labels: {"a":"1","b":"2"}
                  large:
                    size: 9

                """)
        #expect(try rendered(template, ["context": ["nodePools": "[]"]]) == "groups: {}\n")
    }
}
