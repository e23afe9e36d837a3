import Foundation

/// One field of a definition that holds a name, a path or something else to be looked up.
struct HostileField: Sendable {
    enum Expectation: Sendable {
        /// `validate` says at this line what is wrong, but for the names that are fit by chance.
        case refused(except: Set<String>)
        /// Any text is right there.
        case free
    }

    /// `spec.path`
    let field: String
    /// The `metadata` and `spec` of a stack, with `HERE` where the name stands and `NAME` for the stack's own.
    let body: String
    let expectation: Expectation

    init(_ field: String, _ body: String, _ expectation: Expectation = .refused(except: [])) {
        self.field = field
        self.body = body
        self.expectation = expectation
    }

    /// A stack that is right but for what a field says.
    private static func stack(_ spec: String) -> String {
        "metadata: {name: NAME}\nspec:\n  path: modules/app\n  \(spec)"
    }

    /// What can be the name of a variable of the environment.
    private static let variables: Set = ["upper case", "another case", "10,000 letters"]

    static let all = [
        HostileField("metadata.name", "metadata: {name: HERE}\nspec: {path: modules/app}"),
        HostileField("spec.name", "metadata: {name: NAME}\nspec: {path: modules/app, name: HERE}"),
        HostileField(
            "metadata.labels (key)", "metadata: {name: NAME, labels: {HERE: x}}\nspec: {path: modules/app}", .free),
        HostileField(
            "metadata.labels (value)", "metadata: {name: NAME, labels: {x: HERE}}\nspec: {path: modules/app}", .free),
        HostileField("spec.tags", stack("tags: {x: HERE}"), .free),
        HostileField("spec.extends", stack("extends: [HERE]")),
        HostileField("spec.type", stack("type: HERE")),
        HostileField("spec.template.name", "metadata: {name: NAME}\nspec: {template: {name: HERE}}"),
        HostileField("spec.template.version", "metadata: {name: NAME}\nspec: {template: {name: base, version: HERE}}"),
        HostileField(
            "spec.template.source", "metadata: {name: NAME}\nspec: {template: {name: base, source: HERE}}", .free),
        HostileField("spec.path", "metadata: {name: NAME}\nspec: {path: HERE}"),
        HostileField("spec.workdir", "metadata: {name: NAME}\nspec: {path: modules/app, workdir: HERE}"),
        HostileField("spec.git.url", "metadata: {name: NAME}\nspec: {git: {url: HERE, ref: main, folder: x}}", .free),
        HostileField("spec.git.ref", "metadata: {name: NAME}\nspec: {git: {url: x, ref: HERE, folder: x}}", .free),
        HostileField(
            "spec.git.folder", "metadata: {name: NAME}\nspec: {git: {url: x, ref: main, folder: HERE}}", .free),
        HostileField("spec.variables (name)", stack("variables: {HERE: 1}")),
        HostileField("spec.variables (value)", stack("variables: {size: HERE}"), .free),
        HostileField(
            "spec.variables.fromEnv", stack("variables: {size: {fromEnv: HERE}}"), .refused(except: variables)),
        HostileField("spec.variables.fromFile", stack("variables: {size: {fromFile: HERE}}"), .free),
        HostileField("spec.variables.fromCommand", stack("variables: {size: {fromCommand: [HERE]}}"), .free),
        HostileField(
            "spec.environment.name", stack("environment: [{name: HERE, value: x}]"), .refused(except: variables)),
        HostileField("spec.environment.value", stack("environment: [{name: X, value: HERE}]"), .free),
        HostileField(
            "spec.environment.fromEnv", stack("environment: [{name: X, fromEnv: HERE}]"), .refused(except: variables)),
        HostileField("spec.environment.fromFile", stack("environment: [{name: X, fromFile: HERE}]"), .free),
        HostileField("spec.environment.fromCommand", stack("environment: [{name: X, fromCommand: [HERE]}]"), .free),
        HostileField("spec.files.mountPath", stack("files: [{mountPath: HERE, fromFile: x}]"), .free),
        HostileField("spec.files.fromFile", stack("files: [{mountPath: x, fromFile: HERE}]"), .free),
        HostileField(
            "spec.inputs.variable", stack("inputs: [{variable: HERE, from: {stack: base, output: x}}]"), .free),
        HostileField("spec.inputs.from.stack", stack("inputs: [{variable: size, from: {stack: HERE, output: x}}]")),
        HostileField(
            "spec.inputs.from.output", stack("inputs: [{variable: size, from: {stack: base, output: HERE}}]"), .free),
        HostileField("spec.dependsOn", stack("dependsOn: [HERE]")),
        HostileField("spec.backend.type", stack("backend: {type: HERE}\n  manageState: false"), .free),
        HostileField("spec.configuration.version", stack("configuration: {version: HERE}")),
        HostileField("spec.configuration.workspace", stack("configuration: {workspace: HERE}"), .free),
        HostileField("spec.cluster.handle", stack("cluster: {handle: HERE}")),
        HostileField("spec.cluster.provider", stack("cluster: {provider: HERE}"), .free),
        HostileField("spec.cluster.pool", stack("cluster: {pool: HERE}")),
        HostileField("spec.cluster.outputs (field)", stack("cluster: {outputs: {HERE: x}}")),
        HostileField("spec.cluster.outputs (path)", stack("cluster: {outputs: {endpoint: HERE}}"), .free),
    ]

    /// The definition with this name in it, and the line on which that stands.
    func document(stack: String, _ name: HostileName) -> (text: String, line: Int) {
        let text = "apiVersion: stacks.fleet/v1alpha1\nkind: InfrastructureStack\n\(body)\n"
        let before = text.components(separatedBy: "HERE")[0]
        return (
            text.replacingOccurrences(of: "NAME", with: stack).replacingOccurrences(of: "HERE", with: name.quoted),
            before.count { $0 == "\n" } + 1
        )
    }
}
