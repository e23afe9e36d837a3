import Diagnostics
import JSON
import Testing

@testable import Definitions

@Suite struct `automations` {
    private static let head = """
        apiVersion: deployments.plural.sh/v1alpha1
        kind: PrAutomation
        metadata: {name: cluster-creator}
        spec:

        """

    private func load(_ spec: String, at file: String = "stacks/pr.yaml") -> LoadedProject {
        DefinitionsTests.load([file: Self.head + spec])
    }

    @Test func `an automation is read with its form and all that it does`() throws {
        let loaded = load(
            """
              name: clusters
              documentation: adds a cluster
              title: "add {{ context.name }}"
              message: "adds {{ context.name }}"
              branchPrefix: clusters
              configuration:
              - {name: name, type: STRING, validation: {regex: "[a-z]+"}, displayName: Name, placeholder: dev}
              - {name: size, type: INT, default: "3", condition: {field: name, operation: PREFIX, value: big}}
              - {name: spot, type: BOOL, default: "false"}
              - {name: tier, type: ENUM, values: [dev, prod], optional: true}
              creates:
                templates:
                - source: files
                  destination: "stacks/{{ context.name }}"
                  context: {region: eu-west-1}
                  condition: context.tier == prod and context.spot != true
                - {source: a, destination: b, external: true}
              updates:
                regexReplacements:
                - {regex: 'v(\\d+)', file: a.yaml, replacement: "v$1", templated: true, optional: true}
                yamlOverlays:
                - {file: b.yaml, yaml: "a: 1", templated: true, listMerge: APPEND}
                files: ['\\.tf$']
                regexes: [a, b]
                replaceTemplate: c
                matchStrategy: RECURSIVE
              deletes:
                files: ["old/*.yaml"]
                folders: ["old"]

            """)
        #expect(loaded.lines == [])
        let automation = try #require(loaded.project.automations.first)
        #expect(automation.name.value == "clusters" && automation.file == "stacks/pr.yaml")
        #expect(automation.documentation == "adds a cluster")
        #expect(automation.parameters.map(\.name.value) == ["name", "size", "spot", "tier"])
        #expect(automation.parameters[1].defaultValue?.value == .scalar(3, text: "3"))
        #expect(automation.parameters[2].defaultValue?.value == .scalar(false, text: "false"))
        #expect(automation.proposal.title?.value == "add {{ context.name }}")
        #expect(automation.proposal.branchPrefix?.value == "clusters")
        #expect(automation.creates.map(\.source.value) == ["files", "a"])
        #expect(automation.creates.map(\.external?.line) == [nil, 21])
        #expect(automation.creates[0].context["region"]?.text == "eu-west-1")
        #expect(automation.creates[0].condition?.value.text == "context.tier == prod and context.spot != true")
        #expect(automation.replacements.map(\.isOptional) == [true])
        #expect(automation.overlays.map(\.lists) == [.append])
        #expect(automation.search?.strategy == .recursive)
        #expect(automation.deletedFiles.map(\.value) == ["old/*.yaml"])
        #expect(automation.deletedFolders.map(\.value) == ["old"])
        #expect(loaded.project.others.isEmpty)
    }

    @Test func `fields of Plural's server are noted, each with its reason`() {
        let loaded = load(
            """
              icon: https://example.com/icon.png
              scmConnectionRef: {name: github}
              confirmation: {text: sure?}
              configuration:
              - {name: name, type: STRING, page: 2, longform: more, validation: {uniqBy: {scope: PROJECT}}}
              creates: {git: {ref: main}, templates: [{source: a, destination: b}]}
              updates: {yq: x}

            """)
        #expect(
            loaded.lines == [
                "stacks/pr.yaml:5:3: note: `spec.icon` of an automation has no effect here, because there is no page that shows it",
                "stacks/pr.yaml:6:3: note: `spec.scmConnectionRef` of an automation has no effect here, because the change is made to the repository that is checked out",
                "stacks/pr.yaml:7:3: note: `spec.confirmation` of an automation has no effect here, because the change is shown before it is written",
                "stacks/pr.yaml:9:32: note: `page` of a parameter has no effect here, because the questions are asked one after another",
                "stacks/pr.yaml:9:41: note: `longform` of a parameter has no effect here, because `documentation` is what is shown",
                "stacks/pr.yaml:9:70: note: `uniqBy` of a parameter has no effect here, because Plural's server knows what was given before",
                "stacks/pr.yaml:10:13: note: `spec.creates.git` has no effect here, because no template is `external`",
                "stacks/pr.yaml:11:13: note: `spec.updates.yq` of an automation has no effect here, because Plural does not carry it out either",
            ])
    }

    @Test(arguments: [
        ("  lua: {script: x}", "5:3: error: `spec.lua` is not carried out: no scripts are run for a change"),
        (
            "  vendor: {helm: {}}",
            "5:3: error: `spec.vendor` is not carried out: no Helm charts are fetched for a change"
        ),
        ("  ai: {enabled: true}", "5:3: error: `spec.ai` is not carried out: no model writes files here"),
        (
            "  secrets: {cluster: a}",
            "5:3: error: `spec.secrets` is not carried out: no secrets are written into a cluster for a change"
        ),
        ("  create: {}", "5:3: error: unknown field `create` in `spec`; did you mean `creates`?"),
        (
            "  creates: {templates: [{source: a}]}",
            "5:25: error: `destination` is missing in `spec.creates.templates[0]`"
        ),
        (
            "  creates: {templates: [{source: a, destination: b, condition: context.x}]}",
            "5:64: error: `spec.creates.templates[0].condition` is no condition: behind `context.x` an operator is missing"
        ),
        (
            "  updates: {regexReplacements: [{regex: '(?=a)', file: a, replacement: b}]}",
            "5:41: error: `spec.updates.regexReplacements[0].regex` is no regular expression: look-around such as `(?=…)` is not known to Go"
        ),
        (
            "  updates: {regexReplacements: [{regex: '(', file: a, replacement: b}]}",
            nil
        ),
        (
            "  updates: {yamlOverlays: [{file: a, yaml: b, listMerge: append}]}",
            "5:58: error: `spec.updates.yamlOverlays[0].listMerge` must be one of `OVERWRITE`, `APPEND`, not `append`"
        ),
        (
            "  updates: {files: [a], regexes: [b], replaceTemplate: c}",
            "5:3: error: `matchStrategy` is missing in `spec.updates`"
        ),
        (
            "  updates: {files: [a], regexes: [b], replaceTemplate: c, matchStrategy: ALL}",
            "5:74: error: `spec.updates.matchStrategy` is `ALL`, with which Plural changes nothing"
        ),
        (
            "  configuration: [{name: a, type: NUMBER}]",
            "5:35: error: `spec.configuration[0].type` must be one of `STRING`, `INT`, `BOOL`, `JSON`, `PASSWORD`, `ENUM`, `CLUSTER`, `PROJECT`, `GROUP`, `USER`, `FLOW`, not `NUMBER`"
        ),
    ])
    func `what is wrong is told at its place`(spec: String, expected: String?) {
        let errors = load(spec + "\n").diagnostics.filter { $0.severity == .error }.map(\.description)
        #expect(errors.count == 1)
        if let expected { #expect(errors == ["stacks/pr.yaml:" + expected]) }
    }

    @Test func `one that changes nothing is warned of`() {
        #expect(
            load("  title: nothing\n").lines == [
                "stacks/pr.yaml:3:18: warning: the automation `cluster-creator` changes nothing"
            ])
    }

    @Test func `they stand below the stacks, beside the templates, and in an automation.yaml of a template folder`() {
        let document = { (name: String) in
            Self.head.replacing("cluster-creator", with: name) + "  deletes: {files: [a]}\n"
        }
        let loaded = DefinitionsTests.load([
            "stacks/deep/a.yaml": document("a"), "templates/b.yaml": document("b"),
            "templates/c/automation.yaml": document("c"),
            // What an automation makes files of: no YAML before it is filled in.
            "templates/c/files/stack.yaml": "name: {{ context.name }}\n  {% if %}",
        ])
        #expect(loaded.lines == [])
        #expect(loaded.project.automations.map(\.name.value) == ["a", "b", "c"])
    }

    @Test func `two of one name are an error`() {
        let document = Self.head + "  deletes: {files: [a]}\n"
        #expect(
            DefinitionsTests.load(["stacks/a.yaml": document, "stacks/b.yaml": document]).lines == [
                "stacks/b.yaml:3:18: error: there are two automations with the name `cluster-creator`"
            ])
    }
}
