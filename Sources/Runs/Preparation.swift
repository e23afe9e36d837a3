import ChildProcess
import Cryptography
import Definitions
import Diagnostics
import FoundationEssentials
import JSON
import ModuleInterface
import Secrets
import SourceTree
import Templates
import Terraform

/// A stack with everything resolved that a run of it needs; nothing has been written yet.
struct PreparedStack: Sendable {
    let definition: StackDefinition
    let source: ModuleSource
    let template: UsedTemplate?
    /// What it takes of other stacks.
    let inputs: [ResolvedInput]
    /// The values for `-var-file`, secrets among them.
    let variables: [String: JSONValue]
    /// Those that Terraform does not keep in a plan and wants again at the apply.
    let ephemeralVariables: [String: JSONValue]
    /// The stack's own environment, resolved.
    let stackEnvironment: [String: String]
    var secrets: SecretValues
    /// For what Terraform says of the files and variables.
    let places: DiagnosticPlaces
    /// Keyed digests, for the binding of a plan.
    let variablesDigest: String
    let environmentDigest: String
    let warnings: [Diagnostic]
}

extension Engine {
    /// Resolves a stack's module, variables, inputs and environment, and checks them against each other.
    ///
    /// - Parameter planned: what the plans of the same command say of other stacks' outputs.
    /// - Throws: a `DiagnosticList` with everything that is wrong, or a `Diagnostic` for a value that cannot be found.
    func prepare(
        _ definition: StackDefinition, planned: [String: PlannedOutputs] = [:]
    ) async throws -> PreparedStack {
        do {
            return try await prepared(definition, planned)
        } catch let problems as DiagnosticList {
            throw DiagnosticList(problems.diagnostics.map { $0.withExcerpt(from: tree) })
        } catch let problem as Diagnostic {
            throw problem.withExcerpt(from: tree)
        }
    }

    private func prepared(
        _ definition: StackDefinition, _ planned: [String: PlannedOutputs]
    ) async throws -> PreparedStack {
        try refuseWithoutEngine(definition, store.project.settings)
        let source = try resolveModule(of: definition, in: store.project, tree: tree)
        let content = try templateDigest(of: definition, in: store.project, tree: tree)
        let template = source.template.flatMap { used in
            content.map { UsedTemplate(name: used.name, version: used.version, digest: $0) }
        }
        let assigned = assignedVariables(of: definition, in: store.project)
        let findings =
            checkVariables(
                of: definition, in: store.project, assigned: assigned, module: source.interface)
            + checkInputs(of: definition, in: store.project, tree: tree)
        guard !findings.contains(where: { $0.severity == .error }) else { throw DiagnosticList(findings).sorted() }
        try checkVersions(definition, source.interface)

        let resolver = ValueResolver(root: store.root, environment: store.environment)
        var secrets = SecretValues()
        secrets.insert(environment: store.environment.filter { holdsSecret($0.key) })
        let inputs = try await InputResolver(store: store, planned: planned).inputs(
            of: definition, for: source.interface)
        for input in inputs {
            secrets.formUnion(input.secrets)
            guard let value = input.value else { continue }
            if input.isSensitive || source.interface.variables[input.variable]?.isSensitive == true {
                secrets.insert(json: value, named: input.variable)
            }
        }
        var variables = inputs.values
        let environment: [String: String]
        do {
            try await variables.merge(resolve(assigned, source.interface, resolver, &secrets)) { $1 }
            environment = try await resolveEnvironment(definition, resolver, &secrets)
        } catch {
            // A command that fails may quote what it was given, also what is taken from the environment only later.
            let sources = assigned.values.map(\.value) + definition.environment.map(\.value.source)
            for name in sources.compactMap(\.environmentVariable) { secrets.insert(store.environment[name] ?? "") }
            throw masked(error, with: secrets)
        }
        let leftOut = terraformEnvironment(stack: environment, run: "").leftOut
        return PreparedStack(
            definition: definition, source: source, template: template, inputs: inputs, variables: variables,
            ephemeralVariables: variables.filter { source.interface.variables[$0.key]?.isEphemeral == true },
            stackEnvironment: environment, secrets: secrets,
            places: DiagnosticPlaces(
                tree: tree, workingFolder: source.workingFolder, variables: variables,
                sources: assigned.mapValues(\.location).merging(
                    inputs.map { ($0.variable, $0.location) }, uniquingKeysWith: { $1 }),
                sensitive: Set(source.interface.variables.filter(\.value.isSensitive).keys)),
            variablesDigest: digest(assigned),
            environmentDigest: digest(
                Dictionary(definition.environment.map { ($0.value.name, $0.map(\.source)) }) { $1 }),
            warnings: findings + leftOutWarning(leftOut) + shortSecretWarning(secrets)
                + localFileWarnings(source.interface))
    }

    private func checkVersions(_ definition: StackDefinition, _ module: ModuleInterface) throws {
        if let wanted = definition.configuration.version {
            try terraform.require(
                definition.group == .plural ? wanted.map { ">= \($0)" } : wanted,
                wantedBy: "the stack `\(definition.name.value)`")
        }
        for wanted in module.requiredVersion {
            try terraform.require(wanted, wantedBy: "the module")
        }
    }

    private func resolve(
        _ assigned: [String: Located<ValueSource>], _ module: ModuleInterface, _ resolver: ValueResolver,
        _ secrets: inout SecretValues
    ) async throws -> [String: JSONValue] {
        var result: [String: JSONValue] = [:]
        for (name, source) in assigned.sorted(by: { $0.key < $1.key }) {
            guard let variable = module.variables[name] else { continue }
            let value: JSONValue
            if case .literal(let literal) = source.value {
                value = literal.json(as: variable.type.expected)
            } else {
                let text = try await resolver.text(of: source, for: "the variable `\(name)`")
                value = parsed(text, as: variable.type)
            }
            if source.value.isSecret || variable.isSensitive { secrets.insert(json: value, named: name) }
            result[name] = value
        }
        return result
    }

    private func resolveEnvironment(
        _ definition: StackDefinition, _ resolver: ValueResolver, _ secrets: inout SecretValues
    ) async throws -> [String: String] {
        var values: [String: String] = [:]
        for variable in definition.environment {
            let source = variable.map(\.source)
            let value = try await resolver.text(of: source, for: "the environment variable `\(variable.value.name)`")
            if source.value.isSecret { secrets.insert(value, named: variable.value.name) }
            values[variable.value.name] = value
        }
        return values
    }

    func bindings(of inputs: [ResolvedInput]) -> [InputBinding] {
        inputs.compactMap { input in
            input.value.map {
                InputBinding(
                    variable: input.variable, stack: input.stack, output: input.output,
                    digest: store.key.keyedDigest(of: $0.encoded()))
            }
        }
    }

    /// Literal values count by what they are, other sources by their text: a token that is fetched anew is no change.
    private func digest(_ sources: [String: Located<ValueSource>]) -> String {
        let canonical = JSONValue.object(sources.mapValues(\.value.definition))
        return store.key.keyedDigest(of: canonical.encoded())
    }
}

/// Whether a variable of the caller's environment is a credential by its name, as tools name theirs.
private func holdsSecret(_ name: String) -> Bool {
    let endings = [
        "TOKEN", "PASSWORD", "PASSPHRASE", "SECRET", "SECRET_KEY", "ACCESS_KEY", "API_KEY", "PRIVATE_KEY",
        "ENCRYPTION_KEY", "CREDENTIALS", "DATABASE_URL",
    ]
    let name = name.uppercased()
    return name.hasPrefix("TF_TOKEN_") || endings.contains { name.hasSuffix($0) }
}

/// A value that came as text: as it is for a string, else as JSON, which is how Terraform reads such values too.
private func parsed(_ text: String, as type: TypeExpression) -> JSONValue {
    if type.expected == .string { return .string(text) }
    return (try? JSONValue(parsing: Data(text.utf8))) ?? .string(text)
}

/// Plans past a field in silence would be worse than not planning.
private func refuseWithoutEngine(_ definition: StackDefinition, _ settings: ProjectSettings) throws {
    let fields =
        settings.withoutEngine.map { ("the project", $0) }
        + definition.withoutEngine.map { ("the stack `\(definition.name.value)`", $0) }
    guard !fields.isEmpty else { return }
    throw DiagnosticList(
        fields.map { owner, field in
            .error(
                "\(owner) sets `\(field.value)`, which this version does not carry out",
                at: field.location, hint: "Remove the field; planning past it would ignore what it asks for",
                outcome: .refused)
        })
}

private func leftOutWarning(_ names: [String]) -> [Diagnostic] {
    // Set for this program, and so not missed by anybody.
    let names = names.filter { !["STACK_DATA_DIR", "STACK_ENCRYPTION_KEY", databaseVariable].contains($0) }
    guard !names.isEmpty else { return [] }
    let list = names.map { "`\($0)`" }.joined(separator: ", ")
    return [
        .warning(
            "\(list) of your environment \(names.count == 1 ? "is" : "are") not passed to Terraform",
            hint: "What a stack needs belongs into its `variables` or its `environment` (with `fromEnv`)")
    ]
}

private func shortSecretWarning(_ secrets: SecretValues) -> [Diagnostic] {
    secrets.tooShort.map { .warning("the secret `\($0)` is shorter than 6 characters and cannot be masked well") }
}

private func localFileWarnings(_ module: ModuleInterface) -> [Diagnostic] {
    module.localFilesInWorkspace.map { file in
        .warning(
            "`\(file.value)` is planned as new every time: it writes into the workspace, which each run gets afresh",
            at: file.location, hint: "Write it elsewhere, or keep the content in an output")
    }
}

extension ValueSource {
    fileprivate var environmentVariable: String? {
        if case .fromEnvironment(let name) = self { name } else { nil }
    }

    /// What a plan is bound to: a literal's value, any other source's text.
    fileprivate var definition: JSONValue {
        switch self {
        case .literal(let literal): ["literal": literal.json(), "text": literal.text.map(JSONValue.string) ?? .null]
        case .fromEnvironment(let name): ["fromEnv": .string(name)]
        case .fromFile(let path): ["fromFile": .string(path)]
        case .fromCommand(let arguments): ["fromCommand": .array(arguments.map(JSONValue.string))]
        case .secretKey(let name, let key): ["secretKeyRef": [.string(name), .string(key)]]
        case .configMapKey(let name, let key): ["configMapRef": [.string(name), .string(key)]]
        }
    }
}
