import JSON

/// A plan, as `terraform show -json PLAN` prints it.
///
/// It holds values in clear until ``redacted(with:)``: the format marks sensitive values but does not hide them.
/// Format: <https://developer.hashicorp.com/terraform/internals/json-format>, version 1.
package struct Plan: Hashable, Sendable {
    package var terraformVersion: String
    /// Whether applying does anything at all. Counts do not tell: a plan that only moves objects has none.
    package var applyable: Bool
    /// Whether everything is planned; false when parts were deferred or left out by `-target`.
    package var complete: Bool
    /// Whether planning broke off; the changes are those found until then.
    package var errored: Bool
    /// When it was made, RFC 3339; empty when the version does not say.
    package var timestamp: String
    /// The names of the root variables. Their values are in the plan without any mark, so they are not kept.
    package var variables: [String]
    package var resourceChanges: [ResourceChange]
    /// What was found to have changed outside of Terraform.
    package var resourceDrift: [ResourceChange]
    /// Sorted by name.
    package var outputChanges: [OutputChange]
    package var checks: [CheckResult]
    var relevantAttributes: [RelevantAttribute]
    var configuredBlocks: ConfiguredBlocks

    /// An attribute that the plan depends on; only drift of such attributes explains anything.
    struct RelevantAttribute: Hashable {
        var resource: String
        var path: [JSONValue]
    }

    /// Whether something was found to be other than the state says, an output included.
    package var hasDrift: Bool { !resourceDrift.isEmpty || outputChanges.contains { $0.action != .noOp } }

    /// Whether there is nothing to apply.
    package var isEmpty: Bool { !applyable }
}
