package import JSON

/// One object of a plan: a resource instance, or what a failed replacement left of one.
package struct ResourceChange: Hashable, Sendable {
    package enum Mode: String, Hashable, Sendable {
        case managed
        case data
    }

    /// With module path and instance keys: `module.x["a"].aws_vpc.main[0]`.
    package var address: String
    /// The address before a `moved` block or a change of `count`; nil when it is the same.
    package var previousAddress: String?
    package var moduleAddress: String?
    package var mode: Mode
    package var type: String
    package var name: String
    /// The key of `for_each`, a string, or the index of `count`, a number.
    package var index: JSONValue?
    /// `registry.terraform.io/hashicorp/aws`.
    package var providerName: String
    /// The key of an object that is no longer the current one of its address.
    package var deposed: String?
    package var action: ChangeAction
    /// Why, in Terraform's word: `replace_because_tainted`, `delete_because_count_index`, ...
    package var actionReason: String?
    package var change: ChangedValues
    /// The attributes that force a replacement, each as the steps that lead to it.
    package var replacePaths: [[JSONValue]]
    /// The id under which an existing object is taken in; empty when it is not known yet, nil when nothing is imported.
    package var importingID: String?
    /// Whether `-generate-config-out` writes the configuration of an imported object.
    package var generatesConfiguration: Bool

    /// One element of `resource_changes` or `resource_drift`.
    ///
    /// - Returns: nil when a part is missing that every version has, or the action is unknown.
    init?(json: JSONValue) {
        guard let address = json["address"]?.stringValue, let change = json["change"],
            let action = ChangeAction(verbs: change["actions"]),
            let mode = Mode(rawValue: json["mode"]?.stringValue ?? ""),
            let type = json["type"]?.stringValue, let name = json["name"]?.stringValue
        else { return nil }
        self.address = address
        self.action = action
        self.mode = mode
        self.type = type
        self.name = name
        let previous = json["previous_address"]?.stringValue
        previousAddress = previous == address ? nil : previous
        moduleAddress = json["module_address"]?.stringValue
        index = json["index"]
        providerName = json["provider_name"]?.stringValue ?? ""
        deposed = json["deposed"]?.stringValue
        actionReason = json["action_reason"]?.stringValue
        self.change = ChangedValues(change: change)
        replacePaths = change["replace_paths"]?.arrayValue?.compactMap(\.arrayValue) ?? []
        importingID = change["importing"].flatMap { $0.isNull ? nil : $0["id"]?.stringValue ?? "" }
        generatesConfiguration = change["generated_config"]?.stringValue?.isEmpty == false
    }

    /// Whether there is anything about this object to show or to do.
    package var isEffective: Bool { action != .noOp || previousAddress != nil || importingID != nil }
}
