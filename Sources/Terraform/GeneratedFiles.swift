package import FoundationEssentials
package import JSON

/// The override file that keeps a run's state in its workspace, whatever backend or `cloud` block the module has.
package enum BackendOverride {
    /// Sorts behind a module's own override files: the last one that names a backend wins.
    package static let fileName = "zzzz_stack_override.tf"

    /// Empty, so that it says nothing about a stack and an initialised `.terraform` serves every stack.
    package static let contents = """
        terraform {
          backend "local" {}
        }

        """
}

/// The file that gives a run its variables.
package enum VariablesFile {
    /// Not one of the names that Terraform loads by itself: those lose to a module's own.
    package static let fileName = "stack.tfvars.json"

    /// The content; equal values give equal bytes.
    ///
    /// Terraform takes a string in this file as it is, `${` included.
    package static func contents(_ values: [String: JSONValue]) -> Data {
        JSONValue.object(values).encoded(pretty: true) + Data("\n".utf8)
    }
}

/// Makes variables sensitive that the module does not declare so: what another stack keeps secret stays secret here.
package enum SensitiveVariables {
    package static let fileName = "zzzz_stack_inputs_override.tf"

    package static func contents(_ variables: [String]) -> String {
        variables.map { "variable \"\($0)\" {\n  sensitive = true\n}\n" }.joined()
    }
}

/// What stands in a preview's copy of a module for values that nobody knows yet: Terraform plans with them as with any
/// other value that is "known after apply". Such a plan is never applied.
package enum PendingValues {
    package static let fileName = "zzzz_stack_pending.tf"
    /// The resource that is said to be made; it is taken out of what is shown.
    package static let address = "terraform_data.stack_pending"

    /// What takes the place of `var.NAME`.
    package static func reference(to variable: String) -> String { "local.stack_pending_\(variable)" }

    /// - Parameter variables: whether each is sensitive, by name.
    package static func contents(_ variables: [String: Bool]) -> String {
        let locals = variables.sorted { $0.key < $1.key }.map { name, isSensitive in
            // Decoded text is unknown in type too, so it fits wherever the variable stood.
            let value = "jsondecode(\(address).id)"
            return "  stack_pending_\(name) = \(isSensitive ? "sensitive(\(value))" : value)\n"
        }
        return "resource \"terraform_data\" \"stack_pending\" {}\n\nlocals {\n\(locals.joined())}\n"
    }
}
