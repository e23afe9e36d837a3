package import Fleet
import FoundationEssentials

/// What a saved plan was made from. Anything that has moved by the time it is applied makes it stale.
package struct PlanBinding: Codable, Hashable, Sendable {
    package let stack: String
    package let lineage: String
    package let serial: Int
    /// The kept version that was planned on.
    package let stateSequence: Int
    /// Keyed digests of every file that Terraform could read, the lock file among them, by path.
    package let files: [String: String]
    /// Keyed digest of the variables' definition: literal values, and sources by their text.
    package let variables: String
    /// The same of the stack's environment.
    package let environment: String
    /// What was taken of other stacks; nil in plans of versions that took nothing.
    private let takenInputs: [InputBinding]?
    var inputs: [InputBinding] { takenInputs ?? [] }
    /// The names of the module's outputs; nil in plans of versions that did not note them.
    let outputs: [String]?
    package let terraform: String
    /// Where the plan was made; it is applied in the same place.
    package let workspace: String
    package let slot: Int
    package let workingFolder: String
    /// What was declared of the stack's clusters; taken along for the record, and no reason to be stale.
    private let declaration: ClusterDeclaration?
    var clusters: ClusterDeclaration { declaration ?? ClusterDeclaration() }
    /// The golden template that was used; nil for a stack without one, and in plans of versions that did not note it.
    package let template: UsedTemplate?
    /// Addresses that the plan deletes, replaces or forgets, with what it does: what `protect` asks about.
    package let protected: [String: String]

    /// What differs between this and the same stack now, each as a phrase for people; empty when nothing has moved.
    package func moved(to now: PlanBinding) -> [String] {
        var result = moved("the stack", stack, now.stack) + moved("the state's lineage", lineage, now.lineage)
        if lineage == now.lineage, stateSequence != now.stateSequence || serial != now.serial {
            result.append("the state (serial \(serial) → \(now.serial))")
        }
        return result + movedDefinition(to: now) + movedInputs(now) + moved("the workspace", workspace, now.workspace)
    }

    /// The part of it that somebody has written: module and template, variables, environment, and which Terraform it is.
    ///
    /// - Parameter ignored: files that `stack` has made itself.
    package func movedDefinition(to now: PlanBinding, ignoring ignored: (String) -> Bool = { _ in false }) -> [String] {
        // Another template is other files.
        var result = clusters.template == now.clusters.template ? movedFiles(now, ignored) : []
        if variables != now.variables { result.append("the variables") }
        if environment != now.environment { result.append("the environment of the stack") }
        result += moved("Terraform", terraform, now.terraform)
        result += moved("the template", clusters.template ?? "none", now.clusters.template ?? "none")
        if let before = template, let after = now.template, before.text == after.text, before != after {
            result.append("what the template `\(before.text)` holds")
        }
        return result
    }

    private func moved(_ what: String, _ before: String, _ after: String) -> [String] {
        before == after ? [] : ["\(what) (`\(before)` → `\(after)`)"]
    }

    private func movedInputs(_ now: PlanBinding) -> [String] {
        let (before, after) = (Set(inputs), Set(now.inputs))
        return Set(before.symmetricDifference(after).map(\.text)).sorted()
    }

    private func movedFiles(_ now: PlanBinding, _ ignored: (String) -> Bool) -> [String] {
        Set(files.keys).union(now.files.keys).sorted().compactMap { path in
            if ignored(path) { return nil }
            return switch (files[path], now.files[path]) {
            case (nil, _): "the file `\(path)` (it is new)"
            case (_, nil): "the file `\(path)` (it is gone)"
            case (let before, let after): before == after ? nil : "the file `\(path)`"
            }
        }
    }

    package init(
        stack: String, lineage: String, serial: Int, stateSequence: Int, files: [String: String], variables: String,
        environment: String, inputs: [InputBinding], outputs: [String], terraform: String, workspace: String, slot: Int,
        workingFolder: String,
        clusters: ClusterDeclaration, template: UsedTemplate?, protected: [String: String]
    ) {
        self.stack = stack
        self.lineage = lineage
        self.serial = serial
        self.stateSequence = stateSequence
        self.files = files
        self.variables = variables
        self.environment = environment
        takenInputs = inputs
        self.outputs = outputs
        self.terraform = terraform
        self.workspace = workspace
        self.slot = slot
        self.workingFolder = workingFolder
        declaration = clusters
        self.template = template
        self.protected = protected
    }
}

/// A golden template as a run has used it.
package struct UsedTemplate: Codable, Hashable, Sendable {
    package let name: String
    package let version: String
    /// Of its content, `sha256:…`.
    package let digest: String

    package init(name: String, version: String, digest: String) {
        self.name = name
        self.version = version
        self.digest = digest
    }

    /// `eks-cluster@1.4.0`
    package var text: String { "\(name)@\(version)" }
}
