package import Diagnostics

/// A golden template: the form in front of a Terraform module.
package struct TemplateDefinition: Sendable {
    /// The variables that a rollout turns to upgrade a cluster.
    package struct Upgrade: Hashable, Sendable {
        package let controlPlaneVariable: String
        package let nodesVariable: String?
    }

    /// A file that `stack new` writes.
    package struct ScaffoldFile: Hashable, Sendable {
        /// Relative to the template's folder.
        package let source: String
        /// Relative to the project's root; a Liquid template itself.
        package let destination: Located<String>
    }

    /// Where a template comes from that is none of the project's own.
    package struct Origin: Hashable, Sendable {
        package let source: String
        /// `sha256:…`
        package let digest: String

        package init(source: String, digest: String) {
            self.source = source
            self.digest = digest
        }
    }

    package let name: Located<String>
    package let version: SemanticVersion
    /// With `template.yaml` and the module, relative to the project's root.
    package let folder: String
    package let documentation: String?
    package let parameters: [TemplateParameter]
    /// Variables that are no parameters.
    package let defaults: [String: Located<LiteralValue>]
    package let cluster: ClusterMapping?
    package let upgrade: Upgrade?
    package let scaffold: [Located<ScaffoldFile>]
    /// Nil for one of the project's own.
    package internal(set) var origin: Origin?
}

extension TemplateDefinition {
    /// The variables that Terraform gets for a stack's: the template's defaults, the defaults of those parameters whose
    /// condition holds, the stack's own; later wins.
    ///
    /// - Parameter inputs: those that the stack takes from other stacks; they are none of the result.
    package func variables(
        with stackVariables: [String: Located<ValueSource>], inputs: Set<String> = []
    ) -> [String: Located<ValueSource>] {
        var variables = defaults.mapValues { $0.map(ValueSource.literal) }.filter { !inputs.contains($0.key) }
        variables.merge(stackVariables) { $1 }
        // In the order of the form: a condition may ask for a parameter above it that has its default.
        for parameter in parameters
        where variables[parameter.name.value] == nil && !inputs.contains(parameter.name.value) {
            guard let value = parameter.defaultValue, parameter.isAsked(with: variables, inputs: inputs) else {
                continue
            }
            variables[parameter.name.value] = value.map(ValueSource.literal)
        }
        return variables
    }
}
