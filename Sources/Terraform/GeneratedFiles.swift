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
