import Changes
import Definitions
import Foundation
import TestSupport
import Testing

/// Why a stack counts as changed, by what was edited.
struct ReasonTests {
    private static let project: [String: String] = [
        "stack.yaml": settings("retention: {runsPerStack: 10}"),
        "stacks/base.yaml": definition(nil, "path: modules/app, variables: {size: 1, count: 1}"),
        "stacks/a.yaml": definition("a", "extends: [base.yaml], variables: {size: 2}"),
        "stacks/b.yaml": definition("b", "extends: [base.yaml]"),
        "stacks/c.yaml": definition("c", "template: {name: net, version: ~> 1.0}"),
        "stacks/d.yaml": definition(
            "d", "path: modules/whole, workdir: live, variables: {token: {fromFile: values/token}}"),
        "modules/app/main.tf": "module \"deep\" {\n  source = \"../deep\"\n}\n",
        "modules/deep/main.tf": "",
        "modules/whole/live/main.tf": "",
        "modules/whole/shared.tf": "",
        "templates/net/template.yaml": template("1.0.0"),
        "templates/net/main.tf": "",
        "values/token": "secret",
    ]

    private func changes(_ edits: [String: String?]) -> StackChanges {
        var files = Self.project
        for (path, text) in edits { files[path] = text }
        return changesBetween(Self.project, files)
    }

    private func told(_ edits: [String: String?]) -> [String] {
        let changes = changes(edits)
        return changes.changed.map { "\($0.name): \($0.reasons.map(\.text).joined(separator: ", "))" }
            + changes.removed.map { "- \($0.name) (\($0.file))" }
    }

    @Test func `nothing is changed by comments, moved lines, the order of keys and what only keeps records`() {
        #expect(
            told([
                "stacks/base.yaml": "# A comment.\n\n"
                    + definition(nil, "variables: {count: 1, size: 1}, path: modules/app"),
                "stacks/a.yaml": nil, "stacks/moved.yaml": Self.project["stacks/a.yaml"],
                "stack.yaml": settings("retention: {runsPerStack: 20}"), "README.md": "new",
                "modules/app/terraform.tfstate": "{}", "modules/app/.terraform/modules.json": "{}",
            ]) == [])
    }

    @Test func `a base changes only the stacks in which its values count`() {
        #expect(
            told(["stacks/base.yaml": definition(nil, "path: modules/app, variables: {size: 5, count: 1}")]) == [
                "b: `stacks/base.yaml` (extended)"
            ])
    }

    @Test func `a stack's own values, a new stack and one that is gone are told`() {
        #expect(
            told([
                "stacks/a.yaml": definition("a", "extends: [base.yaml], variables: {size: 3}"), "stacks/b.yaml": nil,
                "stacks/e.yaml": definition("e", "path: modules/app"),
            ]) == ["a: `stacks/a.yaml`", "e: new", "- b (stacks/b.yaml)"])
    }

    @Test func `a base that comes in between, and one that is left, change what extends them`() {
        #expect(
            told([
                "stacks/base.yaml": definition(nil, "extends: [root.yaml], variables: {size: 1}"),
                "stacks/root.yaml": definition(nil, "path: modules/app, variables: {count: 2}"),
                "stacks/b.yaml": definition("b", "path: modules/app, variables: {size: 1, count: 1}"),
            ]) == ["a: `stacks/base.yaml` (extended), `stacks/root.yaml` (extended)"])
    }

    @Test(arguments: [
        ("modules/app/new.sh", ["a", "b"]), ("modules/deep/main.tf", ["a", "b"]),
        ("modules/whole/shared.tf", ["d"]), ("modules/app/.terraform.lock.hcl", ["a", "b"]),
        ("templates/net/main.tf", ["c"]),
    ])
    func `a file of the module, of what it calls and beside the workdir reaches its stacks`(
        path: String, stacks: [String]
    ) {
        #expect(told([path: "# changed"]) == stacks.map { "\($0): module file `\(path)`" })
    }

    @Test func `a file of a module that is gone reaches its stacks`() {
        #expect(told(["modules/whole/shared.tf": nil]) == ["d: module file `modules/whole/shared.tf`"])
    }

    @Test func `a template's version is told, and a version that comes beside it`() {
        #expect(
            told(["templates/net/template.yaml": template("1.1.0")]) == [
                "c: template `net` 1.0.0 → 1.1.0, module file `templates/net/template.yaml`"
            ])
        #expect(
            told(["templates/net-1.2/template.yaml": template("1.2.0"), "templates/net-1.2/main.tf": ""]) == [
                "c: template `net` 1.0.0 → 1.2.0, module file `templates/net-1.2/main.tf`, "
                    + "module file `templates/net-1.2/template.yaml`"
            ])
        #expect(told(["templates/net-2/template.yaml": template("2.0.0")]) == [])
    }

    @Test func `a channel that moves reaches the stacks that follow it`() {
        func files(_ version: String) -> [String: String] {
            Self.project.merging([
                "stacks/c.yaml": definition("c", "template: {name: net, channel: stable}"),
                "templates/old/template.yaml": template("0.9.0"),
                "templates/channels.yaml": """
                apiVersion: stacks.fleet/v1alpha1
                kind: TemplateChannels
                metadata: {name: net}
                spec: {stable: \(version)}

                """,
            ]) { $1 }
        }
        #expect(
            changesBetween(files("0.9.0"), files("1.0.0")).changed.map { "\($0.name): \($0.reasons.map(\.text))" } == [
                "c: [\"template `net` 0.9.0 → 1.0.0\"]"
            ])
    }

    @Test func `a template that is kept elsewhere changes with its pin, by version or by content`() {
        func files(_ version: String, _ digit: String) -> [String: String] {
            Self.project.merging([
                "stacks/c.yaml": definition("c", "template: {name: far, source: bundles/far-1.0.0.tar.gz}"),
                "stack.lock": """
                project: 11111111-2222-3333-4444-555555555555
                templates:
                - name: far
                  source: bundles/far-1.0.0.tar.gz
                  version: \(version)
                  digest: sha256:\(String(repeating: digit, count: 64))

                """,
            ]) { $1 }
        }
        func reasons(_ head: [String: String]) -> [String] {
            changesBetween(files("1.0.0", "a"), head).changed.flatMap { $0.reasons.map(\.text) }
        }
        #expect(reasons(files("1.0.0", "a").merging(["README.md": "x"]) { $1 }) == [])
        #expect(reasons(files("1.1.0", "b")) == ["template `far` 1.0.0 → 1.1.0"])
        #expect(reasons(files("1.0.0", "b")) == ["template `far` 1.0.0, with other content"])
    }

    @Test func `settings by which Terraform runs reach every stack, and are named`() {
        let told = told(["stack.yaml": settings("terraform: {version: \">= 1.9\"}, secrets: {kubernetes: prod}")])
        let reasons = "`spec.terraform.version` in `stack.yaml`, `spec.secrets` in `stack.yaml`"
        #expect(told == ["a", "b", "c", "d"].map { "\($0): \(reasons)" })
    }

    @Test func `a file that a value is read from reaches its stack`() {
        #expect(told(["values/token": "other"]) == ["d: `values/token`, which it reads"])
    }

    @Test func `a module that cannot be read counts as changed by anything`() {
        let told = told(["modules/deep/main.tf": "module {", "README.md": "x"])
        #expect(told.count == 2 && told.allSatisfy { $0.contains(": its module cannot be read: ") }, "\(told)")
    }

    @Test func `stacks are found where a change of stack.yaml has them read from`() {
        #expect(
            told([
                "stack.yaml": settings("stacks: [stacks, more]"), "more/e.yaml": definition("e", "path: modules/app"),
            ]) == ["e: new"])
        #expect(
            told([
                "stack.yaml": settings("stacks: [more]"), "more/a.yaml": definition("a", "path: modules/app"),
            ]) == [
                "a: `more/a.yaml`", "- b (stacks/b.yaml)", "- c (stacks/c.yaml)", "- d (stacks/d.yaml)",
            ])
    }

    @Test func `a definition that was wrong before is changed, not new`() {
        var base = Self.project
        base["stacks/a.yaml"] = "apiVersion: stacks.fleet/v1alpha1\nkind: [\n"
        #expect(
            changesBetween(base, Self.project).changed.map { $0.reasons.map(\.text) } == [["`stacks/a.yaml`"]])
    }
}
