import Diagnostics
import Testing
import YAML

@testable import Templates

struct AssignmentTests {
    @Test(
        arguments: [
            ("variables.region=eu", ["spec", "variables", "region"], "eu"),
            ("spec.variables.region=eu", ["spec", "variables", "region"], "eu"),
            ("labels.env=", ["metadata", "labels", "env"], ""),
            ("metadata.labels.env=a=b", ["metadata", "labels", "env"], "a=b"),
            (#"labels."example.com/team"=core"#, ["metadata", "labels", "example.com/team"], "core"),
            ("variables.zones[1]=b", ["spec", "variables", "zones", 1], "b"),
            ("variables.a[0][2].b=[1, 2]", ["spec", "variables", "a", 0, 2, "b"], "[1, 2]"),
            ("approval=true", ["spec", "approval"], "true"),
            ("a=\u{338}", ["spec", "a"], "\u{338}"),
            ("ünits=1", ["spec", "ünits"], "1"),
        ] as [(String, [YAMLPathStep], String)])
    func `an assignment names a value of the definition`(
        text: String, path: [YAMLPathStep], value: String
    ) throws {
        let assignment = try Assignment(text)
        #expect(assignment.path == path)
        #expect(assignment.value == value)
    }

    @Test(arguments: [
        "", "=", "a", "=b", "a.=b", ".a=b", "a..b=c", "a[=b", "a[x]=b", "a[-1]=b", "[0]=b", #"a."b=c"#, "a]b",
    ])
    func `what is none is a mistake of usage`(text: String) {
        let problem = #expect(throws: Diagnostic.self) { try Assignment(text) }
        #expect(problem?.message == "`\(text)` sets nothing")
        #expect(problem?.outcome == .usage)
    }

    @Test(arguments: [
        ("metadata.name=a", "`metadata.name` cannot be set: under another name everything is made a second time"),
        ("name=a", "`spec.name` cannot be set: under another name everything is made a second time"),
        ("spec={}", "`spec` cannot be set as a whole"), ("metadata=1", "`metadata` cannot be set as a whole"),
    ])
    func `names, and definitions as a whole, are not set`(text: String, message: String) {
        let problem = #expect(throws: Diagnostic.self) { try Assignment(text) }
        #expect(problem?.message == message)
    }
}
