import Testing

@testable import Definitions

struct VersionTests {
    @Test func `versions are ordered as semver.org says`() throws {
        let texts = [
            "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0",
        ]
        let versions = try texts.map { try #require(SemanticVersion($0)) }
        #expect(versions.shuffled().sorted().map(\.description) == texts)
        #expect(SemanticVersion("1.0.0+a") == SemanticVersion("1.0.0+b"))
    }

    @Test(arguments: [
        "", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.x", "v1.2.3", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3+", " 1.2.3",
    ])
    func `what is no semantic version is refused`(text: String) {
        #expect(SemanticVersion(text) == nil)
    }

    @Test(arguments: [
        ("1.4.0", ["1.4.0"]), ("= 1.4", ["1.4.0"]), ("!= 1.4.0", ["1.3.9", "1.4.9", "1.5.0", "2.0.0"]),
        ("~> 1.4", ["1.4.0", "1.4.9", "1.5.0"]), ("~> 1.4.0", ["1.4.0", "1.4.9"]),
        ("~>1", ["1.3.9", "1.4.0", "1.4.9", "1.5.0", "2.0.0"]),
        (">= 1.4, < 2", ["1.4.0", "1.4.9", "1.5.0"]), ("> 1.4.9", ["1.5.0", "2.0.0"]), ("<= 1.4", ["1.3.9", "1.4.0"]),
        ("2.0.0-rc.1", ["2.0.0-rc.1"]), (">= 2.0.0-rc.1", ["2.0.0"]),
    ])
    func `a constraint takes what Terraform would`(text: String, taken: [String]) throws {
        let constraint = try VersionConstraint(text)
        let versions = ["1.3.9", "1.4.0", "1.4.9", "1.5.0", "2.0.0-rc.1", "2.0.0"]
        #expect(versions.filter { SemanticVersion($0).map(constraint.contains) == true } == taken)
    }

    @Test(arguments: ["", "~>", "1.4,", "abc", ">> 1", "1.x", "=> 1"])
    func `what is no constraint is refused`(text: String) {
        #expect(throws: VersionConstraint.SyntaxError.self) { try VersionConstraint(text) }
    }
}

struct LabelSelectorTests {
    private let labels = ["env": "dev", "tier": "1", "empty": ""]

    @Test(arguments: [
        "env=dev", "env==dev", "env = dev , tier=1", "env!=prod", "missing!=x", "env in (prod, dev)",
        "env notin (prod)",
        "missing notin (x)", "env", "!missing", "empty=", "empty=,env", "tier in(1)", "!missing,env in (dev)",
    ])
    func `a selector matches`(text: String) throws {
        #expect(try LabelSelector(text).matches(labels))
    }

    @Test(arguments: [
        "env=prod", "env!=dev", "missing=x", "env in (prod)", "env notin (dev)", "missing", "!env", "env=dev,tier=2",
    ])
    func `a selector does not match`(text: String) throws {
        #expect(try !LabelSelector(text).matches(labels))
    }

    @Test(arguments: [
        ("", 1, "a label's name is expected here"), ("env=dev,", 9, "a label's name is expected here"),
        ("env in dev", 8, "`(` is expected here"), ("env in (dev", 12, "`,` or `)` is expected here"),
        ("env in ()", 9, "a value is expected here"), ("env!dev", 5, "`=` is expected behind `!`"),
        ("env=a b", 7, "`,` is expected here"), ("=a", 1, "a label's name is expected here"),
    ])
    func `a mistake in a selector is told with its column`(text: String, column: Int, message: String) {
        let error = #expect(throws: LabelSelector.SyntaxError.self) { try LabelSelector(text) }
        #expect(error == LabelSelector.SyntaxError(message: message, column: column))
    }
}

struct NameRuleTests {
    @Test(arguments: ["a", "prod-eu", "1a", String(repeating: "a", count: 63)])
    func `strict names`(name: String) { #expect(NameRule.strict.problem(with: name) == nil) }

    @Test(arguments: ["", "-a", "a-", "A", "a_b", "a.b", "ü", "a b", String(repeating: "a", count: 64)])
    func `no strict names`(name: String) { #expect(NameRule.strict.problem(with: name) != nil) }

    @Test func `dotted and free names`() {
        #expect(NameRule.dotted.problem(with: "k8s-1.33") == nil && NameRule.dotted.problem(with: ".a") != nil)
        #expect(NameRule.free.problem(with: "Any Text ü/") == nil)
        #expect(NameRule.free.problem(with: "a\u{7}") != nil && NameRule.free.problem(with: "") != nil)
        #expect(NameRule.free.problem(with: String(repeating: "x", count: 254)) != nil)
    }
}
