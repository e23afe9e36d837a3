package import JSON

extension TerraformEvent {
    /// What the plan means to do with an object, or what has happened to it outside.
    package struct PlannedChange: Hashable, Sendable {
        package let address: String
        package let previousAddress: String?
        /// `noop`, `move`, `remove`, `create`, `read`, `update`, `replace`, `delete`, `import`.
        package let action: String
        /// `tainted`, `cannot_update`, `delete_because_no_module`, ...
        package let reason: String?
    }

    package struct ChangeSummary: Hashable, Sendable {
        package let add: Int
        package let change: Int
        package let remove: Int
        package let `import`: Int
        /// `plan`, `apply` or `destroy`.
        package let operation: String
    }

    /// A root output; planned ones have no value and no type.
    package struct Output: Hashable, Sendable {
        package let sensitive: Bool
        package let action: String?
        package let type: JSONValue?
        package let value: JSONValue?
    }

    /// Something done to one object; also refreshes and ephemeral resources.
    package struct ResourceOperation: Hashable, Sendable {
        package let address: String
        /// `create`, `update`, `delete`, `read`, `noop`; `open`, `renew`, `close`; empty for a refresh.
        package let action: String
        /// The attribute that tells which object it is: nearly always `id`, else `name` or `tags.Name`.
        package let idKey: String?
        package let idValue: String?
        package let elapsedSeconds: Int?

        package init(
            address: String, action: String, idKey: String? = nil, idValue: String? = nil, elapsedSeconds: Int? = nil
        ) {
            self.address = address
            self.action = action
            self.idKey = idKey
            self.idValue = idValue
            self.elapsedSeconds = elapsedSeconds
        }
    }

    package struct Provisioning: Hashable, Sendable {
        package let address: String
        /// `local-exec`, `remote-exec`, `file`.
        package let provisioner: String
        /// A line that it printed.
        package let output: String?
    }
}

extension TerraformEvent.Payload {
    /// - Returns: nil for a type that is not known, or without its fields.
    init?(type: String, json: JSONValue) {
        switch type {
        case "version":
            self = .version(
                terraform: json["terraform"]?.stringValue ?? json["tofu"]?.stringValue ?? "",
                interface: json["ui"]?.stringValue ?? "")
        case "log": self = .log
        case "planned_change", "resource_drift":
            guard let change = TerraformEvent.PlannedChange(json: json["change"]) else { return nil }
            self = type == "planned_change" ? .plannedChange(change) : .resourceDrift(change)
        case "change_summary":
            guard let summary = TerraformEvent.ChangeSummary(json: json["changes"]) else { return nil }
            self = .changeSummary(summary)
        case "outputs":
            guard let outputs = json["outputs"]?.objectValue else { return nil }
            self = .outputs(outputs.mapValues(TerraformEvent.Output.init))
        case "diagnostic":
            guard let diagnostic = TerraformDiagnostic(json: json["diagnostic"]) else { return nil }
            self = .diagnostic(diagnostic)
        default:
            guard let hook = json["hook"] else { return nil }
            self.init(type: type, hook: hook)
        }
    }

    private init?(type: String, hook: JSONValue) {
        if type.hasPrefix("provision_") {
            guard let provisioning = TerraformEvent.Provisioning(hook: hook) else { return nil }
            switch type {
            case "provision_start": self = .provisionStart(provisioning)
            case "provision_progress": self = .provisionProgress(provisioning)
            case "provision_complete": self = .provisionComplete(provisioning)
            case "provision_errored": self = .provisionErrored(provisioning)
            default: return nil
            }
            return
        }
        guard let operation = TerraformEvent.ResourceOperation(hook: hook) else { return nil }
        switch type {
        case "apply_start": self = .applyStart(operation)
        case "apply_progress": self = .applyProgress(operation)
        case "apply_complete": self = .applyComplete(operation)
        case "apply_errored": self = .applyErrored(operation)
        case "refresh_start": self = .refreshStart(operation)
        case "refresh_complete": self = .refreshComplete(operation)
        case "ephemeral_op_start": self = .ephemeralStart(operation)
        case "ephemeral_op_progress": self = .ephemeralProgress(operation)
        case "ephemeral_op_complete": self = .ephemeralComplete(operation)
        case "ephemeral_op_errored": self = .ephemeralErrored(operation)
        default: return nil
        }
    }
}

extension TerraformEvent.PlannedChange {
    fileprivate init?(json: JSONValue?) {
        guard let json, let address = json["resource"]?["addr"]?.stringValue else { return nil }
        self.address = address
        previousAddress = json["previous_resource"]?["addr"]?.stringValue
        action = json["action"]?.stringValue ?? ""
        reason = json["reason"]?.stringValue
    }
}

extension TerraformEvent.ChangeSummary {
    fileprivate init?(json: JSONValue?) {
        guard let json, let operation = json["operation"]?.stringValue else { return nil }
        add = json["add"]?.integerValue ?? 0
        change = json["change"]?.integerValue ?? 0
        remove = json["remove"]?.integerValue ?? 0
        self.import = json["import"]?.integerValue ?? 0
        self.operation = operation
    }
}

extension TerraformEvent.Output {
    /// Without a mark an output counts as sensitive.
    fileprivate init(json: JSONValue) {
        sensitive = json["sensitive"]?.boolValue ?? true
        action = json["action"]?.stringValue
        type = json["type"]
        value = json["value"]
    }
}

extension TerraformEvent.ResourceOperation {
    fileprivate init?(hook: JSONValue) {
        guard let address = hook["resource"]?["addr"]?.stringValue else { return nil }
        self.init(
            address: address, action: hook["action"]?.stringValue ?? "", idKey: hook["id_key"]?.stringValue,
            idValue: hook["id_value"]?.stringValue, elapsedSeconds: hook["elapsed_seconds"]?.integerValue)
    }
}

extension TerraformEvent.Provisioning {
    fileprivate init?(hook: JSONValue) {
        guard let address = hook["resource"]?["addr"]?.stringValue else { return nil }
        self.address = address
        provisioner = hook["provisioner"]?.stringValue ?? ""
        output = hook["output"]?.stringValue
    }
}
