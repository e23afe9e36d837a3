import Definitions
import Diagnostics
import Foundation
import JSON
import SourceTree
import Templates
import TestSupport
import Testing

/// The automation `change`, run over some files.
private struct Sample {
    let automation: AutomationDefinition
    let tree: MemoryTree

    init(_ spec: String, _ files: [String: String]) throws {
        let document = """
            apiVersion: deployments.plural.sh/v1alpha1
            kind: PrAutomation
            metadata: {name: change}
            spec:
            \(spec)

            """
        tree = MemoryTree(files.merging(["templates/change/automation.yaml": document]) { $1 })
        let loaded = loadProject(tree)
        try #require(!loaded.hasErrors, "\(loaded.diagnostics)")
        automation = try #require(loaded.project.automations.first)
    }

    /// What is proposed, by path; "-" for a file that goes away.
    func proposed(_ context: [String: JSONValue] = [:]) throws -> [String: String] {
        let changes = try propose(automation, context: context, over: tree).changes
        return Dictionary(
            uniqueKeysWithValues: changes.map { change in
                (change.path, change.after.map { String(decoding: $0.data, as: UTF8.self) } ?? "-")
            })
    }

    func problems(_ context: [String: JSONValue] = [:]) -> [String] {
        do throws(DiagnosticList) {
            _ = try propose(automation, context: context, over: tree)
            return []
        } catch {
            return error.diagnostics.map(\.description)
        }
    }
}

private let file = "templates/change/automation.yaml"

@Suite struct `files that an automation creates` {
    @Test func `come from beside the document, or from the root, filled in`() throws {
        let sample = try Sample(
            """
              creates:
                templates:
                - {source: stack.yaml, destination: "stacks/{{ context.name }}.yaml"}
                - {source: "shared/{{ context.cloud }}.txt", destination: notes.txt}
            """,
            [
                "templates/change/stack.yaml": "name: {{ context.name }}\n", "stack.yaml": "another\n",
                "shared/aws.txt": "on {{ context.cloud | upcase }}\n",
            ])
        #expect(
            try sample.proposed(["name": "dev", "cloud": "aws"]) == [
                "stacks/dev.yaml": "name: dev\n", "notes.txt": "on AWS\n",
            ])
    }

    @Test func `come from a folder, with names that are templates`() throws {
        let sample = try Sample(
            "  creates: {templates: [{source: files, destination: 'services/{{ context.name }}'}]}",
            [
                "templates/change/files/a.yaml": "{{ context.name }}",
                "templates/change/files/sub/{{ context.name }}.txt": "x",
                "templates/change/files/.hidden": "h",
            ])
        #expect(
            try sample.proposed(["name": "dev"]) == [
                "services/dev/a.yaml": "dev", "services/dev/sub/dev.txt": "x", "services/dev/.hidden": "h",
            ])
    }

    @Test func `see the context of their own entry, and no other entry's`() throws {
        let sample = try Sample(
            """
              creates:
                templates:
                - {source: a, destination: first, context: {region: eu-west-1, size: 3}}
                - {source: a, destination: second}
            """, ["a": "{{ context.region }} {{ context.size }}"])
        #expect(
            try sample.proposed(["region": "us-east-1", "size": 1]) == [
                "first": "eu-west-1 3", "second": "us-east-1 1",
            ])
    }

    @Test func `are left out where their condition does not hold`() throws {
        let sample = try Sample(
            """
              creates:
                templates:
                - {source: a, destination: prod, condition: context.tier == prod}
                - {source: a, destination: dev, condition: 'not context.tier == prod'}
            """, ["a": "x"])
        #expect(try sample.proposed(["tier": "prod"]) == ["prod": "x"])
        #expect(try sample.proposed(["tier": .null]) == ["dev": "x"])
        #expect(
            sample.problems(["teir": "prod"]) == [
                "\(file):7:49: error: the condition `context.tier == prod` cannot be decided: `context` has no `tier`",
                "\(file):8:48: error: the condition `not context.tier == prod` cannot be decided: `context` has no `tier`",
            ])
    }

    @Test func `are refused with their places, all at once`() throws {
        let sample = try Sample(
            """
              creates:
                templates:
                - {source: missing, destination: a}
                - {source: a, destination: "{{ context.nope }}"}
                - {source: a, destination: ../b}
                - {source: a, destination: there}
                - {source: wrong, destination: c}
                - {source: a, destination: d, external: true}
            """, ["a": "x", "there": "y", "wrong": "1\n2 {{ context.nmae }}"])
        #expect(
            sample.problems(["name": "dev"]) == [
                "\(file):7:16: error: there is no file and no folder `missing`",
                "\(file):8:32: error: `context` has no `nope`",
                "\(file):9:32: error: `../b` is no path of a file in the project",
                "\(file):10:32: error: `there` is there already, with another content",
                "\(file):12:45: error: files of another repository (`external`) are not fetched",
                "wrong:2:6: error: `context` has no `nmae`",
            ])
    }

    @Test func `keep bytes that are no text, and what makes them programs`() throws {
        let spec = """
            apiVersion: deployments.plural.sh/v1alpha1
            kind: PrAutomation
            metadata: {name: change}
            spec: {creates: {templates: [{source: logo, destination: copy}]}}
            """
        let bytes = Data([0xFF, 0x7B, 0x7B, 0x00])
        let tree = MemoryTree(bytes: ["stacks/pr.yaml": Data(spec.utf8), "logo": bytes])
        let automation = try #require(loadProject(tree).project.automations.first)
        let changes = try propose(automation, context: [:], over: tree).changes
        #expect(changes.map(\.path) == ["copy"])
        #expect(changes.first?.after?.data == bytes)
    }
}

@Suite struct `replacements of an automation` {
    @Test func `replace every match, with groups as Go writes them`() throws {
        let sample = try Sample(
            """
              updates:
                regexReplacements:
                - {file: "{{ context.file }}", regex: 'image: (?P<name>\\w+):(\\S+)', replacement: "image: ${name}:${2}-{{ context.tag }} # was $2$$"}
                - {file: a.yaml, regex: "^", replacement: "# made\\n"}
            """, ["a.yaml": "image: x:1\r\nimage: y:2\n"])
        #expect(
            try sample.proposed(["file": "a.yaml", "tag": "dev"]) == [
                "a.yaml": "# made\nimage: x:1-dev # was 1$\r\nimage: y:2-dev # was 2$\n"
            ])
    }

    @Test func `have templates for expressions only where they say so`() throws {
        let sample = try Sample(
            """
              updates:
                regexReplacements:
                - {file: a, regex: "{{ context.old }}", replacement: new, templated: true}
                - {file: b, regex: '\\{\\{ context.old \\}\\}', replacement: new}
            """, ["a": "old {{ context.old }}", "b": "old {{ context.old }}"])
        #expect(
            try sample.proposed(["old": "old"]) == ["a": "new {{ context.new }}", "b": "old new"])
    }

    @Test func `that match nothing are an error unless they are optional`() throws {
        let sample = try Sample(
            """
              updates:
                regexReplacements:
                - {file: a, regex: nothing, replacement: x}
                - {file: a, regex: nothing, replacement: x, optional: true}
                - {file: missing, regex: a, replacement: x}
                - {file: a, regex: "(a)", replacement: $1x}
                - {file: a, regex: "(a)", replacement: "$2"}
                - {file: a, regex: "{{ context.regex }}", replacement: x, templated: true}
            """, ["a": "abc"])
        #expect(
            sample.problems(["regex": "("]).map { $0.prefix(100) }
                == [
                    "\(file):7:24: error: `nothing` matches nothing in `a`",
                    "\(file):9:14: error: there is no file `missing`",
                    "\(file):10:44: error: the expression has no group `1x`",
                    "\(file):11:44: error: the expression has no group `2`",
                    "\(file):12:24: error: it is no regular expression: `(`: expected ')'",
                ].map { $0.prefix(100) })
    }

    @Test func `of the older form go through all files with such a path`() throws {
        let any = try Sample(
            """
              updates:
                files: ['^modules/.*\\.tf$']
                regexes: ['version = "(\\d+)\\.\\d+"', unused]
                replaceTemplate: 'version = "$1.{{ context.minor }}"'
                matchStrategy: ANY
            """,
            [
                "modules/a/main.tf": "version = \"1.0\"\n", "modules/b/main.tf": "version = \"2.0\"\n",
                "main.tf": "version = \"3.0\"\n",
            ])
        #expect(
            try any.proposed(["minor": 5]) == [
                "modules/a/main.tf": "version = \"1.5\"\n", "modules/b/main.tf": "version = \"2.5\"\n",
            ])
        let recursive = try Sample(
            """
              updates: {files: [a.txt], regexes: ['<[^>]*>', '\\d'], replaceTemplate: $x, matchStrategy: RECURSIVE}
            """, ["a.txt": "1 <a2> <3>"])
        #expect(try recursive.proposed() == ["a.txt": "1 <a$x> <$x>"])
    }

    @Test(arguments: [
        ("[nowhere]", "5:21", "no file has a path that matches `files`"),
        ("[a.txt]", "5:39", "`regexes` match nothing in `a.txt`"),
    ])
    func `of the older form that change nothing are an error`(files: String, place: String, message: String) throws {
        let sample = try Sample(
            "  updates: {files: \(files), regexes: [x], replaceTemplate: y, matchStrategy: ANY}", ["a.txt": "b"])
        #expect(sample.problems() == ["\(file):\(place): error: \(message)"])
    }
}

@Suite struct `overlays of an automation` {
    @Test func `keep comments and order, and overwrite or lengthen lists`() throws {
        let base = """
            # the fleet
            b: 1   # first
            a:
              list: [x]
              name: "dev"

            """
        let spec = { (lists: String) in
            """
              updates:
                yamlOverlays:
                - file: "{{ context.file }}"
                  templated: true
                  listMerge: \(lists)
                  yaml: |
                    a:
                      list: [{{ context.zone }}]
                      name: prod
                    c: true
            """
        }
        #expect(
            try Sample(spec("OVERWRITE"), ["f.yaml": base]).proposed(["file": "f.yaml", "zone": "z"]) == [
                "f.yaml": "# the fleet\nb: 1   # first\na:\n  list: [z]\n  name: \"prod\"\nc: true\n"
            ])
        #expect(
            try Sample(spec("APPEND"), ["f.yaml": base]).proposed(["file": "f.yaml", "zone": "z"]) == [
                "f.yaml": "# the fleet\nb: 1   # first\na:\n  list: [x, z]\n  name: \"prod\"\nc: true\n"
            ])
    }

    @Test func `are refused where they cannot be laid over a file`() throws {
        let sample = try Sample(
            """
              updates:
                yamlOverlays:
                - {file: two.yaml, yaml: "a: 1"}
                - {file: one.yaml, yaml: "[a]"}
                - {file: one.yaml, yaml: "a: {{ context.a }}"}
                - {file: broken.yaml, yaml: "a: 1"}
            """, ["two.yaml": "a: 1\n---\nb: 1\n", "one.yaml": "a: 1\n", "broken.yaml": "a: [\n"])
        let told = sample.problems(["a": 1])
        #expect(told.count == 4)
        #expect(
            told.contains(
                "\(file):7:14: error: `two.yaml` holds 2 documents, and an overlay cannot say which it is for"))
        #expect(told.contains("\(file):8:30: error: an overlay is one mapping"))
        #expect(told.contains { $0.hasPrefix("\(file):9:30: error: the overlay is no good YAML: ") })
        #expect(told.contains { $0.hasPrefix("broken.yaml:") })
    }
}

@Suite struct `deletes of an automation` {
    @Test func `take away the files that a pattern names, and whole folders`() throws {
        let sample = try Sample(
            """
              deletes:
                files: ["clusters/{{ context.name }}-[0-9].y?ml", "notes.txt"]
                folders: ["services/{{ context.name }}/"]
            """,
            [
                "clusters/dev-1.yaml": "", "clusters/dev-10.yaml": "", "clusters/dev-2.yml": "",
                "clusters/a/dev-3.yaml": "",
                "notes.txt": "", "services/dev/a": "", "services/dev/b/c": "", "services/devel": "",
            ])
        #expect(
            try sample.proposed(["name": "dev"]) == [
                "clusters/dev-1.yaml": "-", "notes.txt": "-", "services/dev/a": "-", "services/dev/b/c": "-",
            ])
    }

    @Test func `of what is not there are an error`() throws {
        let sample = try Sample(
            "  deletes: {files: [a, '*.b', '**/c', '[x', '../d'], folders: [e, f, '']}".replacing(", ''", with: ""),
            ["f": "no folder"])
        #expect(
            sample.problems() == [
                "\(file):5:21: error: there is no file `a` to delete",
                "\(file):5:24: error: there is no file `*.b` to delete",
                "\(file):5:31: error: `**` in `**/c` is not known",
                "\(file):5:39: error: a `[` in `[x` is not closed by `]`",
                "\(file):5:45: error: `../d` is no path of a file in the project",
                "\(file):5:64: error: there is no folder `e` to delete",
                "\(file):5:67: error: there is no folder `f` to delete",
            ])
    }

    @Test func `come after creates and updates, which see each other's work`() throws {
        let sample = try Sample(
            """
              creates: {templates: [{source: a, destination: b}, {source: a, destination: c}]}
              updates: {regexReplacements: [{file: b, regex: x, replacement: y}]}
              deletes: {files: [a, c]}
            """, ["a": "x"])
        #expect(try sample.proposed() == ["a": "-", "b": "y"])
    }
}

@Suite struct `the text of an automation` {
    @Test func `is filled in, and strict`() throws {
        let sample = try Sample(
            """
              title: "add {{ context.name }}"
              message: "{{ context.nope | default: 'x' }}"
              deletes: {files: [a]}
            """, ["a": ""])
        #expect(throws: DiagnosticList.self) { try AutomationText(sample.automation, context: ["name": "dev"]) }
        let text = try AutomationText(sample.automation, context: ["name": "dev", "nope": .null])
        #expect(text.title == "add dev" && text.message == "x" && text.branchPrefix == nil)
    }
}

@Suite struct `the templates of an automation` {
    @Test func `are checked before anybody answers the form`() throws {
        let sample = try Sample(
            """
              title: "add {{ context.name"
              creates:
                templates:
                - {source: files, destination: "{% if x %}"}
                - {source: gone, destination: a}
                - {source: "{{ context.cloud }}/a", destination: a}
              deletes: {files: ["{{ context.name | upcas }}"]}
            """,
            ["templates/change/files/a.txt": "1\n{% nope %}", "templates/change/files/b.txt": "{{ context.anything }}"])
        #expect(
            checkTemplates(of: sample.automation, in: sample.tree).map(\.description) == [
                "\(file):5:10: error: `{{` is not closed by `}}`",
                "\(file):8:36: error: `if` is not closed by `endif`",
                "\(file):11:21: error: unknown filter `upcas`",
                "templates/change/files/a.txt:2:1: error: unknown tag `nope`",
                "\(file):9:16: error: there is no file and no folder `gone`",
            ])
    }
}
