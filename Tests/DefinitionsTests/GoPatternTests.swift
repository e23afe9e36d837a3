import Testing

@testable import Definitions

@Suite struct `a regular expression of Go's` {
    /// What the first match is, as `regexp.FindString` gives it.
    @Test(
        arguments: [
            ("v(\\d+)", "a v12 b", "v12"), ("a.c", "a\nc", nil), ("(?s)a.c", "a\nc", "a\nc"), ("a.c", "a\rc", "a\rc"),
            ("b$", "ab\n", nil), ("(?m)b$", "ab\nc", "b"), ("^b", "a\nb", nil), ("(?m)^b", "a\nb", "b"),
            ("(?i)ABC", "xabc", "abc"), ("(?i:A)b", "ab", "ab"), ("(?i:A)b", "aB", nil), ("\\d", "٣", nil),
            ("\\w+", "é a", "a"), ("[[:alpha:]]+", "1ab2", "ab"), ("[^]a]+", "]ab", "b"), ("[]a]+", "b]a", "]a"),
            ("a{2,3}", "aaaa", "aaa"), ("a*?b", "aab", "aab"), ("(?P<n>x)y", "xy", "xy"),
            ("\\Qa.b\\E+", "a.bb", "a.bb"),
            ("\\x{e9}", "é", "é"), ("é", "e\u{301}", nil), ("a|ab", "ab", "a"), ("[a&&b]+", "&ab", "&ab"),
            ("image: \\S+", "  image: nginx:1.2\n", "image: nginx:1.2"),
        ] as [(String, String, String?)])
    func `matches what it matches in Go`(pattern: String, text: String, expected: String?) throws {
        let match = try text.firstMatch(of: GoPattern(pattern).regex())
        #expect(match.map { String(text[$0.range]) } == expected)
    }

    @Test(arguments: [
        ("(?=a)", "look-around such as `(?=…)` is not known to Go"),
        ("(?!a)", "look-around such as `(?!…)` is not known to Go"),
        ("(?<=a)b", "look-around such as `(?<…)` is not known to Go"),
        ("(a)\\1", "back-references such as `\\1` are not known to Go"),
        ("(?>a)", "`(?>` is not known to Go"), ("a++", "possessive quantifiers such as `++` are not known to Go"),
        ("(?U)a*", "the flag `U` is not carried out"), ("a\\", "`a\\` ends in `\\`"),
        ("\\R", "`\\R` is not known to Go"),
    ])
    func `is refused where Go does not know it`(pattern: String, expected: String) {
        let fault = #expect(throws: SyntaxFault.self) { try GoPattern(pattern) }
        #expect(fault?.message == expected)
    }

    @Test(arguments: ["(", "a)", "[a", "a{2,1}", "*"])
    func `is refused where it is none`(pattern: String) {
        #expect(throws: SyntaxFault.self) { try GoPattern(pattern) }
    }
}
