import JSON
import Testing

@testable import Definitions

@Suite struct `the condition of a file` {
    private static let context: [String: JSONValue] = [
        "tier": "prod", "count": 3, "spot": true, "unset": .null, "none": [], "empty": "", "regions": ["eu", "us"],
        "tags": ["env": "dev"],
    ]

    @Test(arguments: [
        ("context.tier == prod", true), ("context.tier == \"prod\"", true), ("context.tier == `prod`", true),
        ("context.tier != prod", false), ("context.count == 3", true), ("context.count == 3.0", true),
        ("context.spot == true", true), ("context.spot != true", false), ("context.tags.env == dev", true),
        ("context.unset == x", false), ("context.unset != x", true), ("context.unset.deeper is empty", true),
        ("eu in context.regions", true), ("\"eu\" not in context.regions", false), ("ro in context.tier", true),
        ("env in context.tags", true), ("context.regions contains us", true),
        ("context.regions not contains us", false), ("context.none is empty", true),
        ("context.none is not empty", false), ("context.empty is empty", true), ("context.unset is empty", true),
        ("context.tier is not empty", true), ("context.tier matches \"^p.+d$\"", true),
        ("context.tier not matches \"^d\"", true), ("not context.tier == dev", true),
        ("not (context.tier == dev or context.count == 3)", false),
        ("context.tier == dev and context.spot == true or context.count == 3", true),
        ("context.count == 3 or context.tier == dev and context.spot == false", true),
        ("(context.count == 3 or context.tier == dev) and context.spot == false", false),
    ])
    func `holds as go-bexpr decides`(text: String, expected: Bool) throws {
        #expect(try AutomationCondition(text).holds(for: Self.context) == expected)
    }

    @Test(arguments: [
        ("", "a name or a value is missing"), ("context.a", "behind `context.a` an operator is missing"),
        ("context.a = 1", "`=` is no operator"), ("context.a < 1", "`<` is no operator"),
        ("context.a ==", "a value is missing"), ("tier == 1", "`tier` is no name"),
        ("context == 1", "`context` is no whole name"),
        ("context.a == 1 context.b == 2", "`context.b` cannot stand here"), ("(context.a == 1", "`)` is missing"),
        ("context.a == \"1", "a text is not closed by `\"`"), ("context.a == 1 & x", "`&` means nothing here"),
        ("context.a matches \"(?=x)\"", "look-around such as `(?=…)` is not known to Go"),
        (") == 1", "`)` cannot stand here"),
        (String(repeating: "(", count: 1000), "more than 50 terms stand in each other"),
    ])
    func `is refused where it is none`(text: String, expected: String) {
        #expect(throws: SyntaxFault.self) { try AutomationCondition(text) }
        do {
            _ = try AutomationCondition(text)
        } catch {
            #expect(error.message == expected)
        }
    }

    @Test(arguments: [
        ("context.teir == x", "`context` has no `teir`"), ("context.tags.x == y", "`context.tags` has no `x`"),
        ("context.count == many", "`context.count` is a number, and `many` is none"),
        ("context.spot == yes", "`context.spot` is true or false, and `yes` is neither"),
        ("context.regions == eu", "`context.regions` is no single value that could equal `eu`"),
        ("context.count is empty", "`context.count` is 3, which cannot be asked so"),
    ])
    func `is an error where it asks for what is not there`(text: String, expected: String) throws {
        let condition = try AutomationCondition(text)
        let fault = #expect(throws: SyntaxFault.self) { try condition.holds(for: Self.context) }
        #expect(fault?.message == expected)
    }
}
