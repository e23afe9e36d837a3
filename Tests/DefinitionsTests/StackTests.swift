import Diagnostics
import JSON
import Testing

@testable import Definitions

struct StackTests {
    private func loadStack(_ spec: String) -> LoadedProject { load(["stacks/a.yaml": stack("dev", spec)]) }

    @Test func `the smallest stack has the defaults`() throws {
        let loaded = loadStack("")
        #expect(loaded.lines == [])
        let stack = try #require(loaded.project.stacks.first)
        #expect(stack.name.value == "dev")
        #expect(stack.source.value == .path("module"))
        #expect(stack.manageState && stack.providerGateway && !stack.approval && !stack.protect && !stack.detach)
        #expect(stack.configuration.workspace == "default")
        #expect(stack.withoutEngine.isEmpty)
        #expect(loaded.project.name == "fleet")
        #expect(loaded.counts == .init(files: 1, documents: 1, skipped: 0))
    }

    @Test func `plain scalars keep their text where a string is wanted`() throws {
        let loaded = loadStack("variables: {version: 1.30, count: 3, zones: [1.10, b], m: {a: true}}")
        #expect(loaded.lines == [])
        let variables = try #require(loaded.project.stacks.first).variables
        func json(_ name: String, _ type: ExpectedType) -> JSONValue? { variables[name]?.value.literal?.json(as: type) }
        #expect(json("version", .string) == "1.30")
        #expect(json("version", .any)?.text == "1.3")
        #expect(json("count", .any) == 3)
        #expect(json("zones", .list(.string)) == ["1.10", "b"])
        #expect(json("m", .map(.string)) == ["a": "true"])
        #expect(json("m", .object(["a": .any])) == ["a": true])
    }

    @Test func `a value may come from elsewhere, and is secret then`() throws {
        let loaded = loadStack(
            """
            variables: {token: {fromEnv: TOKEN}, key: {fromFile: secrets/key}}
            environment:
            - {name: A, value: 1.30}
            - {name: B, fromCommand: [pass, show, b]}
            """)
        #expect(loaded.lines == [])
        let stack = try #require(loaded.project.stacks.first)
        #expect(stack.variables["token"]?.value == .fromEnvironment("TOKEN"))
        #expect(stack.variables["key"]?.value.isSecret == true)
        #expect(
            stack.environment.map(\.value.source) == [
                .literal(.scalar("1.30", text: "1.30")), .fromCommand(["pass", "show", "b"]),
            ])
    }

    @Test(arguments: [
        (
            "varaibles: {a: 1}",
            "stacks/a.yaml:6:3: error: unknown field `varaibles` in `spec`; did you mean `variables`?"
        ),
        ("approval: yse", "stacks/a.yaml:6:13: error: `spec.approval` must be `true` or `false`, not `yse`"),
        ("approval: [true]", "stacks/a.yaml:6:13: error: `spec.approval` must be `true` or `false`, not a list"),
        ("approval: yes", "stacks/a.yaml:6:13: error: `yes` is text in YAML 1.2 and `true` in YAML 1.1"),
        (
            "git: {ref: main, folder: x, url: u}",
            "stacks/a.yaml:6:3: error: `spec.git` and `spec.path` exclude each other"
        ),
        ("type: PULUMI", "stacks/a.yaml:6:9: error: `spec.type` `PULUMI` cannot be run"),
        (
            "type: TERRAFROM",
            "stacks/a.yaml:6:9: error: `spec.type` must be one of `TERRAFORM`, `CUSTOM`, `TERRAGRUNT`, `PULUMI`, `ANSIBLE`, not `TERRAFROM`"
        ),
        ("workdir: ../x", "stacks/a.yaml:6:12: error: the path `../x` leads out of the project"),
        (
            "workdir: none",
            "stacks/a.yaml:5:9: error: there is no folder `none` in `module`, which `spec.workdir` names"
        ),
        (
            "name: Prod",
            "stacks/a.yaml:6:9: error: `Prod` is no name for `spec.name`: allowed are lower-case letters, digits and `-` inside, at most 63 characters"
        ),
        ("dependsOn: [dev]", "stacks/a.yaml:6:15: error: `dev` cannot depend on itself"),
        ("dependsOn: [network]", "stacks/a.yaml:6:15: error: there is no stack `network`"),
        ("cluster: {pool: p}", "stacks/a.yaml:6:19: error: there is no `ClusterPool` with the name `p`"),
        (
            "cluster: {outputs: {endpiont: x}}",
            "stacks/a.yaml:6:23: error: a cluster record has no field `endpiont` that an output can fill"
        ),
        ("variables: {a: {fromEnv: X, b: 1}}", "stacks/a.yaml:6:31: error: unknown field `b` in `spec.variables.a`"),
        (
            "variables: {a: {b: {fromEnv: X}}}",
            "stacks/a.yaml:6:23: error: `fromEnv` cannot be a part of the value of `spec.variables.a`"
        ),
        (
            "environment: [{name: 1A, value: x}]",
            "stacks/a.yaml:6:24: error: `spec.environment[0].name` must be the name of an environment variable (letters, digits and `_`), not `1A`"
        ),
        (
            "environment: [{name: A}]",
            "stacks/a.yaml:6:17: error: `spec.environment[0]` has no value: one of `value`, `secretKeyRef`, `configMapRef`, `fromEnv`, `fromFile`, `fromCommand` is needed"
        ),
        (
            "files: [{mountPath: /etc/x, fromFile: y}]",
            "stacks/a.yaml:6:23: error: `spec.files[0].mountPath` must be a path inside the workspace, not `/etc/x`"
        ),
        (
            "configuration: {version: abc}",
            "stacks/a.yaml:6:28: error: `spec.configuration.version` is no version constraint: `abc` is no version; constraints look like `~> 1.4` or `>= 1.5, < 2`"
        ),
        (
            "configuration: {terraform: {parallelism: 0}}",
            "stacks/a.yaml:6:44: error: `spec.configuration.terraform.parallelism` must be a whole number from 1 to 1000, not `0`"
        ),
        (
            "backend: {type: s3}",
            "stacks/a.yaml:6:3: error: `spec.backend` is used only where `stack` does not keep the state"
        ),
        ("jobSpec: {}", "stacks/a.yaml:6:3: error: unknown field `jobSpec` in `spec`"),
        (
            "cron: {crontab: daily}",
            "stacks/a.yaml:6:19: error: `spec.cron.crontab` must be five fields like `0 3 * * 1`, not `daily`"
        ),
    ])
    func `a mistake is told with its place`(spec: String, line: String) {
        let loaded = loadStack(spec)
        #expect(loaded.lines.contains(line), "\(loaded.lines)")
        #expect(loaded.diagnostics.first?.excerpt?.isEmpty == false)
    }

    @Test func `all mistakes of a file are told at once, by place`() {
        let loaded = load([
            "stacks/a.yaml": stack("dev", "protect: 1\napproval: x") + "---\n"
                + stack("Dev", "detach: 3", source: "pth: x")
        ])
        #expect(
            loaded.lines == [
                "stacks/a.yaml:6:12: error: `spec.protect` must be `true` or `false`, not `1`",
                "stacks/a.yaml:7:13: error: `spec.approval` must be `true` or `false`, not `x`",
                "stacks/a.yaml:11:18: error: `Dev` is no name for `metadata.name`: allowed are lower-case letters, digits and `-` inside, at most 63 characters",
                "stacks/a.yaml:11:18: error: `spec` names no source: one of `template`, `path`, `git` is needed",
                "stacks/a.yaml:13:3: error: unknown field `pth` in `spec`; did you mean `path`?",
                "stacks/a.yaml:14:11: error: `spec.detach` must be `true` or `false`, not `3`",
            ])
    }

    @Test func `labels and tags are one set, and may not contradict`() {
        let text = """
            apiVersion: stacks.fleet/v1alpha1
            kind: InfrastructureStack
            metadata: {name: dev, labels: {env: dev, tier: 1}}
            spec: {path: module, tags: {env: prod, team: a}}
            """
        let loaded = load(["stacks/a.yaml": text])
        #expect(
            loaded.lines == ["stacks/a.yaml:4:34: error: the tag `env` is `prod`, but the label of that name is `dev`"])
        #expect(loaded.project.stacks.first?.labels == ["env": "prod", "tier": "1", "team": "a"])
    }

    @Test func `two stacks with one name are an error that names both places`() {
        let loaded = load(["stacks/a.yaml": stack(), "stacks/b/c.yml": stack()])
        #expect(loaded.lines == ["stacks/b/c.yml:3:18: error: there are two stacks with the name `dev`"])
        #expect(loaded.diagnostics.first?.notes.first?.location?.file == "stacks/a.yaml")
    }

    @Test func `two stacks that write one cluster are an error`() {
        let loaded = load([
            "stacks/a.yaml": stack("a", "cluster: {handle: x}"), "stacks/b.yaml": stack("b", "cluster: {handle: x}"),
        ])
        #expect(loaded.lines == ["stacks/b.yaml:6:21: error: two stacks write the cluster `x`"])
    }

    @Test func `fields without an engine are named, with their places`() throws {
        let loaded = load([
            "stacks/b.yaml": stack("net"),
            "stacks/a.yaml": stack(
                "dev",
                """
                type: CUSTOM
                dependsOn: [net]
                inputs: []
                policies: [{command: [x]}]
                manageState: false
                detach: false
                configuration: {workspace: default, hooks: [{cmd: x, afterStage: PLAN}]}
                environment: [{name: A, secretKeyRef: {name: s, key: k}}]
                """),
        ])
        #expect(loaded.lines == [])
        #expect(
            loaded.project.stacks.first?.withoutEngine.map(\.value) == [
                "spec.type", "spec.environment.*.secretKeyRef", "spec.manageState", "spec.policies",
                "spec.configuration.hooks",
            ])
        #expect(loaded.project.stacks.first?.withoutEngine.first?.location.line == 6)
    }

    @Test func `cron and interval are listed once as without effect`() {
        let spec = "interval: 5m\ncron: {crontab: 0 3 * * 1}"
        let loaded = load(["stacks/a.yaml": stack("a", spec), "stacks/b.yaml": stack("b", spec)])
        #expect(
            loaded.lines == [
                "stacks/a.yaml:6:3: note: `spec.interval` has no effect here, because a run begins when somebody asks for it (and 1 more place)",
                "stacks/a.yaml:7:3: note: `spec.cron` has no effect here, because a run begins when somebody asks for it (and 1 more place)",
            ])
        #expect(!loaded.hasErrors)
    }

    @Test func `every value is explained by its place, and the merged definition can be rendered`() throws {
        let loaded = loadStack("variables: {v: 1.30, t: {fromEnv: T}, l: [a]}")
        let stack = try #require(loaded.project.stacks.first)
        let explained = stack.values.map { "\($0.path) = \($0.value.text ?? $0.value.json().text) (\($0.location))" }
        #expect(
            explained.suffix(4) == [
                "spec.path = module (stacks/a.yaml:5:9)",
                "spec.variables.v = 1.30 (stacks/a.yaml:6:18)",
                "spec.variables.t = {\"fromEnv\":\"T\"} (stacks/a.yaml:6:27)",
                "spec.variables.l[0] = a (stacks/a.yaml:6:45)",
            ])
        #expect(stack.rendered.hasSuffix("  variables:\n    v: 1.30\n    t:\n      fromEnv: T\n    l:\n      - a\n"))
    }
}
