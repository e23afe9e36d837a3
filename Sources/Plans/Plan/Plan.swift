package import Diagnostics
package import FoundationEssentials
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

extension Plan {
    /// Reads the output of `terraform show -json`.
    ///
    /// - Throws: when it is no plan, has another major format version than 1, or holds an action that is not known.
    package static func decode(_ data: Data) throws(Diagnostic) -> Plan {
        let document: [String: JSONValue]
        do {
            document = try JSONValue.members(parsing: data, wanted: members)
        } catch {
            throw .unreadablePlan("it is not JSON")
        }
        guard let format = document["format_version"]?.stringValue else {
            throw .unreadablePlan("it has no `format_version`")
        }
        guard format.split(separator: ".").first == "1" else { throw .unsupportedPlanFormat(format) }
        return try Plan(document: document)
    }

    private static let members: Set<String> = [
        "format_version", "terraform_version", "applyable", "complete", "errored", "timestamp", "variables",
        "resource_changes", "resource_drift", "output_changes", "checks", "relevant_attributes", "configuration",
    ]

    private init(document: [String: JSONValue]) throws(Diagnostic) {
        let changes = try Self.resourceChanges(document["resource_changes"])
        let drift = try Self.resourceChanges(document["resource_drift"])
        let outputs = try Self.outputChanges(document["output_changes"])
        terraformVersion = document["terraform_version"]?.stringValue ?? ""
        errored = document["errored"]?.boolValue ?? false
        complete = document["complete"]?.boolValue ?? !errored
        // OpenTofu, and Terraform before 1.8, leave `applyable` out.
        applyable =
            document["applyable"]?.boolValue
            ?? (!errored
                && (changes.contains(where: \.isEffective) || outputs.contains { $0.action != .noOp }
                    || drift.contains(where: \.isEffective)))
        timestamp = document["timestamp"]?.stringValue ?? ""
        variables = document["variables"]?.objectValue?.keys.sorted() ?? []
        resourceChanges = changes
        resourceDrift = drift
        outputChanges = outputs
        checks = document["checks"]?.arrayValue?.map(CheckResult.init) ?? []
        relevantAttributes = (document["relevant_attributes"]?.arrayValue ?? []).map { attribute in
            RelevantAttribute(
                resource: attribute["resource"]?.stringValue ?? "",
                path: attribute["attribute"]?.arrayValue ?? [])
        }
        configuredBlocks = ConfiguredBlocks(configuration: document["configuration"])
    }

    private static func resourceChanges(_ json: JSONValue?) throws(Diagnostic) -> [ResourceChange] {
        var changes: [ResourceChange] = []
        for element in json?.arrayValue ?? [] {
            guard let change = ResourceChange(json: element) else {
                throw .unknownChange(of: element["address"]?.stringValue)
            }
            changes.append(change)
        }
        return changes
    }

    private static func outputChanges(_ json: JSONValue?) throws(Diagnostic) -> [OutputChange] {
        var changes: [OutputChange] = []
        for (name, element) in (json?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let change = OutputChange(name: name, json: element) else {
                throw .unknownChange(of: "output.\(name)")
            }
            changes.append(change)
        }
        return changes
    }
}

extension Diagnostic {
    fileprivate static func unreadablePlan(_ reason: String) -> Diagnostic {
        .error("The plan cannot be read: \(reason)", outcome: .internalFailure)
    }

    fileprivate static func unsupportedPlanFormat(_ version: String) -> Diagnostic {
        .error(
            "The plan has format version `\(version)`; versions 1.x can be read",
            hint: "use a Terraform or OpenTofu release that this version of stack supports")
    }

    fileprivate static func unknownChange(of address: String?) -> Diagnostic {
        .error(
            "The plan holds a change\(address.map { " of `\($0)`" } ?? "") that is not known to this version of stack",
            hint: "use a Terraform or OpenTofu release that this version of stack supports")
    }
}
