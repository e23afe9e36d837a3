import Diagnostics
import JSON
import Testing

@testable import Definitions

struct DocumentTests {
    private func document(_ version: String?, _ kind: String?, _ rest: String = "metadata: {name: x}") -> String {
        (version.map { "apiVersion: \($0)\n" } ?? "") + (kind.map { "kind: \($0)\n" } ?? "") + rest + "\n"
    }

    @Test func `documents of others are skipped and counted`() {
        let loaded = load([
            "stacks/a.yaml": document("v1", "Secret") + "---\n" + document("argoproj.io/v1alpha1", "AppProject")
                + "---\n---\n",
            "stacks/README.md": "kind: InfrastructureStack",
            "stacks/.hidden/x.yaml": "kind: InfrastructureStack",
        ])
        #expect(loaded.lines == [])
        #expect(loaded.counts == .init(files: 1, documents: 0, skipped: 2))
    }

    @Test(arguments: [
        ("- dev\n- prod\n", "is a list"), ("just a note\n", "is a text"), ("\"5\"\n", "is a text"),
        ("replicas: 2\n", "has neither `apiVersion` nor `kind`"),
        ("kind: Secret\nmetadata: {name: x}\n", "has no `apiVersion`"),
        ("apiVersion: v1\nmetadata: {name: x}\n", "has no `kind`"),
        ("apiVersion: v1\nkind: [Secret]\n", "has no `kind`"),
    ])
    func `a document that is no definition is a warning, and is not counted`(text: String, reason: String) {
        let loaded = load(["stacks/a.yaml": stack("dev") + "---\n" + text])
        #expect(
            loaded.lines == [
                "stacks/a.yaml:8:1: warning: the document \(reason), and so it is no definition and is passed over"
            ])
        #expect(
            loaded.hints == [
                "a definition is a mapping with `apiVersion` (`stacks.fleet/v1alpha1`, `deployments.plural.sh/v1alpha1`) and `kind`"
            ])
        #expect(loaded.project.stacks.map(\.name.value) == ["dev"])
        #expect(loaded.counts == .init(files: 1, documents: 1, skipped: 0))
    }

    @Test(
        arguments: [
            (
                "stack.fleet/v1", "InfrastructureStack",
                "1:13: error: `InfrastructureStack` is no kind of the group `stack.fleet/v1` that is read here",
                "write `stacks.fleet/v1alpha1`, or `deployments.plural.sh/v1alpha1` for a definition of Plural's"
            ),
            (
                "stacks.fleet/v2", "InfrastructureStack",
                "1:13: error: `stacks.fleet/v2` does not exist; the version of this group is `stacks.fleet/v1alpha1`",
                nil
            ),
            (
                "stacks.fleet/v1alpha1", "InfrastructureStak", "2:7: error: unknown kind `InfrastructureStak`",
                "did you mean `InfrastructureStack`?"
            ),
            (
                "stacks.fleet/v1alpha1", "GitRepository", "2:7: error: unknown kind `GitRepository`",
                "it is a kind of `deployments.plural.sh/v1alpha1`"
            ),
            (
                nil, "StackTemplate", "1:7: error: `apiVersion` is missing",
                "write `stacks.fleet/v1alpha1`; the other group that is read, `deployments.plural.sh/v1alpha1`, has no such kind"
            ),
            (
                "stacks.fleet/v1alpha1", nil, "1:13: error: `kind` is missing",
                "kinds of this group: `Project`, `InfrastructureStack`, `StackTemplate`, `TemplateChannels`, `Catalog`, `TemplateTest`, `ClusterPool`, `PoolRoute`, `RolloutStrategy`, `Rollout`"
            ),
            (
                "stacks.fleet/v1alpha1", "Project",
                "2:7: error: a `Project` can only stand in `stack.yaml` at the project's root", nil
            ),
        ] as [(String?, String?, String, String?)])
    func `what is meant as ours and is wrong is an error`(version: String?, kind: String?, line: String, hint: String?)
    {
        let loaded = load(["stacks/a.yaml": document(version, kind)])
        #expect(loaded.lines == ["stacks/a.yaml:\(line)"])
        #expect(loaded.hints == [hint])
    }

    @Test func `other kinds are recognised and listed`() {
        let loaded = load([
            "stacks/a.yaml": document("stacks.fleet/v1alpha1", "ClusterPool") + "---\n"
                + document("deployments.plural.sh/v1alpha1", "GitRepository") + "---\n"
                + document("deployments.plural.sh/v1alpha1", "ServiceDeployment")
        ])
        #expect(
            loaded.project.others.map { "\($0.kind) \($0.name ?? "-")" } == [
                "ClusterPool x", "GitRepository x", "ServiceDeployment x",
            ])
        #expect(
            loaded.lines == [
                "stacks/a.yaml:10:7: note: the kind `ServiceDeployment` has no effect here, because it is carried out by Plural's server"
            ])
    }

    @Test func `a stack of Plural's is read as published`() throws {
        let loaded = load([
            "stacks/plural.yaml": """
            apiVersion: deployments.plural.sh/v1alpha1
            kind: InfrastructureStack
            metadata: {name: gke-demo, namespace: infra}
            spec:
              name: gke
              type: TERRAFORM
              approval: yes
              repositoryRef: {name: infra, namespace: infra}
              clusterRef: {name: mgmt, namespace: infra}
              git: {ref: main, folder: terraform/gke}
              configuration: {version: 1.8, image: x}
              jobSpec: {namespace: plrl}
              variables: {kubernetes_version: 1.30, secret: {fromEnv: data}}
            """
        ])
        let stack = try #require(loaded.project.stacks.first)
        #expect(stack.name.value == "gke" && stack.approval && !stack.manageState)
        #expect(
            stack.source.value
                == .git(GitSource(url: nil, ref: "main", folder: "terraform/gke", repositoryRef: "infra")))
        #expect(stack.configuration.version?.value == "1.8")
        #expect(stack.variables["kubernetes_version"]?.value.literal?.json(as: .string) == "1.3")
        #expect(stack.variables["secret"]?.value.isSecret == false)
        #expect(stack.withoutEngine.map(\.value) == ["spec.git", "spec.repositoryRef", "spec.manageState"])
        #expect(loaded.diagnostics.allSatisfy { $0.severity == .note })
        #expect(
            loaded.diagnostics.compactMap { $0.message.split(separator: " ").first.map(String.init) } == [
                "`metadata.namespace`", "`spec.clusterRef`", "`spec.configuration.image`", "`spec.jobSpec`",
            ])
    }

    @Test func `a field of ours in Plural's group is an error that says so`() {
        let loaded = load([
            "stacks/plural.yaml": """
            apiVersion: deployments.plural.sh/v1alpha1
            kind: InfrastructureStack
            metadata: {name: gke}
            spec: {type: TERRAFORM, git: {url: u, ref: main, folder: x}, protect: true}
            """
        ])
        #expect(loaded.lines == ["stacks/plural.yaml:4:62: error: unknown field `protect` in `spec`"])
        #expect(
            loaded.hints == [
                "`protect` is a field of `stacks.fleet/v1alpha1`, and this is `deployments.plural.sh/v1alpha1`"
            ])
    }

    @Test func `the settings of a project are read`() {
        let loaded = load([
            "stack.yaml": """
            apiVersion: stacks.fleet/v1alpha1
            kind: Project
            metadata: {name: Our fleet}
            spec:
              stacks: [clusters, stacks]
              terraform: {binary: tofu, version: ">= 1.5", cliConfig: null}
              parallelism: 4
              state: {encryption: {keyFile: keys/main}}
              retention: {runsPerStack: 5}
              secrets: {kubernetes: {db/password: {fromEnv: PASSWORD}}}
              groups: {sre: [anna, ben]}
            """,
            "clusters/a.yaml": stack("a"), "stacks/b.yaml": stack("b"),
        ])
        #expect(loaded.lines == [])
        let settings = loaded.project.settings
        #expect(loaded.project.name == "Our fleet")
        #expect(loaded.project.stacks.map(\.name.value) == ["a", "b"])
        #expect(settings.terraform.binary == "tofu" && settings.terraform.cliConfig == nil)
        #expect(settings.terraform.version?.value.text == ">= 1.5")
        #expect(settings.parallelism == 4 && settings.keyFile == "keys/main")
        #expect(settings.retention == .init(runsPerStack: 5, stateVersionsPerStack: 200))
        #expect(settings.secrets == .mapped(["db/password": .fromEnvironment("PASSWORD")]))
        #expect(settings.groups == ["sre": ["anna", "ben"]])
    }

    @Test func `the defaults may be written out`() {
        let loaded = load([
            "stack.yaml": """
            apiVersion: stacks.fleet/v1alpha1
            kind: Project
            spec: {stacks: [stacks], templates: [templates], parallelism: cores, secrets: {kubernetes: none}}
            """
        ])
        #expect(loaded.lines == [])
        #expect(loaded.project.settings == ProjectSettings())
    }

    @Test func `a wrong setting is an error`() {
        let loaded = load([
            "stack.yaml": """
            apiVersion: stacks.fleet/v1alpha1
            kind: Project
            spec: {stacks: [../x, none], parallelism: many, retention: {runs: 1}, terraform: {version: "~>"}}
            """
        ])
        #expect(
            loaded.lines == [
                "stack.yaml:3:17: error: the path `../x` leads out of the project",
                "stack.yaml:3:23: error: there is no folder `none` in the project",
                "stack.yaml:3:43: error: `spec.parallelism` must be a whole number from 1 to 1000, not `many`",
                "stack.yaml:3:61: error: unknown field `runs` in `spec.retention`",
                "stack.yaml:3:92: error: `spec.terraform.version` is no version constraint: a version is missing behind `~>`; constraints look like `~> 1.4` or `>= 1.5, < 2`",
            ])
    }
}
