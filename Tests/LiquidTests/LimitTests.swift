import Diagnostics
import JSON
import Liquid
import Testing

@Suite struct `the limits of a template` {
    @Test(arguments: [
        "{% for i in (1..9223372036854775807) %}{% endfor %}",
        "{% for i in (-9223372036854775807..9223372036854775807) %}{% endfor %}",
        "{% for i in (1..200) %}{% for j in (1..200) %}{% for k in (1..200) %}{% endfor %}{% endfor %}{% endfor %}",
    ])
    func `loops end`(_ template: String) {
        let told = problems(template)
        #expect(told.count == 1)
        #expect(told.first?.hasSuffix("the loops of this template take more than 100000 turns") == true)
    }

    @Test(arguments: [
        "{% assign x = 'aaaaaaaa' %}{% for i in (1..60) %}{% assign x = x | append: x %}{% endfor %}",
        "{% assign x = 'a,a' | split: ',' %}{% for i in (1..60) %}{% assign x = x | concat: x %}{% endfor %}",
        "{% assign x = 'aaaaaaaa' %}{% for i in (1..60) %}{% assign x = x | replace: 'a', x %}{% endfor %}",
        "{% for i in (1..60) %}{% capture x %}{{ x | default: 'ab' }}{{ x | default: 'ab' }}{% endcapture %}{% endfor %}",
        "{{ 'a' | indent: 9000000000 }}", "{{ 'a' | indent: 9223372036854775807 }}",
        "{% for i in (1..90000) %}{{ 'a' | indent: 1000 }}{% endfor %}",
    ])
    func `text does not grow without end`(_ template: String) {
        let told = problems("{% assign x = nil %}" + template)
        #expect(told.count == 1)
        #expect(told.first?.hasSuffix("this template makes more than 8388608 bytes of text") == true)
    }

    @Test func `are exact`() throws {
        let limits = LiquidLimits(iterations: 3, bytes: 5)
        #expect(try rendered("{% for i in (1..3) %}{% endfor %}abcde", limits: limits) == "abcde")
        #expect(
            problems("{% for i in (1..4) %}{% endfor %}", limits: limits).first?.hasPrefix("1:1+21 the loops") == true)
        #expect(problems("abcdef", limits: limits) == ["this template makes more than 5 bytes of text"])
    }

    @Test func `blocks and values do not stand in each other without end`() {
        let blocks = String(repeating: "{% if true %}", count: 10_000)
        #expect(problems(blocks).contains { $0.hasSuffix("more than 50 blocks stand in each other") })
        let values =
            "{{ " + String(repeating: "a[", count: 10_000) + "1" + String(repeating: "]", count: 10_000) + " }}"
        #expect(problems(values) == ["1:44+1 more than 20 values stand in each other"])
    }

    @Test func `a long condition needs no depth`() throws {
        let terms = Array(repeating: "true", count: 20_000).joined(separator: " and ")
        #expect(try rendered("{% if \(terms) %}1{% endif %}") == "1")
    }
}
