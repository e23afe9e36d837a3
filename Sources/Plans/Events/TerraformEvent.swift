package import FoundationEssentials
package import JSON
package import Secrets

/// One line of what `terraform plan -json` or `apply -json` writes.
///
/// A line that is no JSON object is an event too (a provider that prints, a crash): its message is the line, its payload
/// ``Payload/text``. Types that are not known keep their message. Nothing is masked until ``masked(with:)``.
/// Format: <https://developer.hashicorp.com/terraform/internals/machine-readable-ui>, version 1.
package struct TerraformEvent: Hashable, Sendable {
    package enum Payload: Hashable, Sendable {
        case version(terraform: String, interface: String)
        case plannedChange(PlannedChange)
        case resourceDrift(PlannedChange)
        case changeSummary(ChangeSummary)
        case outputs([String: Output])
        case diagnostic(TerraformDiagnostic)
        case applyStart(ResourceOperation)
        case applyProgress(ResourceOperation)
        case applyComplete(ResourceOperation)
        case applyErrored(ResourceOperation)
        case provisionStart(Provisioning)
        case provisionProgress(Provisioning)
        case provisionComplete(Provisioning)
        case provisionErrored(Provisioning)
        case refreshStart(ResourceOperation)
        case refreshComplete(ResourceOperation)
        case ephemeralStart(ResourceOperation)
        case ephemeralProgress(ResourceOperation)
        case ephemeralComplete(ResourceOperation)
        case ephemeralErrored(ResourceOperation)
        case log
        /// A line that is not of the stream.
        case text
        /// A type that came after this version, or one whose fields are not as expected.
        case unknown
    }

    /// `apply_start`, `diagnostic`, ...; empty for a line that is not of the stream.
    package let type: String
    /// `info`, `warn`, `error`, ...
    package let level: String
    /// The line that Terraform would show to a person.
    package let message: String
    /// RFC 3339, with fractions.
    package let timestamp: String
    package let payload: Payload
    /// All of it; a string for a line that is not of the stream.
    package let json: JSONValue
}

extension TerraformEvent {
    /// Reads one line; never fails.
    package static func decode(line: Data) -> TerraformEvent {
        guard let fields = try? JSONValue.members(parsing: line) else {
            return TerraformEvent(json: .string(String(decoding: line, as: UTF8.self)))
        }
        return TerraformEvent(json: .object(fields))
    }

    package static func decode(line: String) -> TerraformEvent { decode(line: Data(line.utf8)) }

    /// An event from its stored ``json``.
    package init(json: JSONValue) {
        self.json = json
        if case .string(let line) = json {
            type = ""
            level = "info"
            message = line
            timestamp = ""
            payload = .text
        } else {
            type = json["type"]?.stringValue ?? ""
            level = json["@level"]?.stringValue ?? ""
            message = json["@message"]?.stringValue ?? ""
            timestamp = json["@timestamp"]?.stringValue ?? ""
            payload = Payload(type: type, json: json) ?? .unknown
        }
    }

    /// The event as it may be stored and shown: every text and field name is masked, and an output that is sensitive
    /// has no value at all.
    ///
    /// The words of the format itself (`type`, `@level`, `@timestamp`, `action`) stay, whatever the secrets are.
    package func masked(with secrets: SecretValues) -> TerraformEvent {
        guard case .object(let fields) = json, case .object(var result) = secrets.masked(withoutSensitiveOutputs) else {
            return TerraformEvent(json: secrets.masked(json))
        }
        for name in ["type", "@level", "@module", "@timestamp"] {
            if let value = fields[name] { result[name] = value }
        }
        for name in ["hook", "change"] {
            guard let action = fields[name]?["action"], case .object(var part) = result[name] else { continue }
            part["action"] = action
            result[name] = .object(part)
        }
        return TerraformEvent(json: .object(result))
    }

    private var withoutSensitiveOutputs: JSONValue {
        guard type == "outputs", case .object(var fields) = json, case .object(let outputs) = fields["outputs"] else {
            return json
        }
        fields["outputs"] = .object(
            outputs.mapValues { output in
                guard case .object(var members) = output, members["sensitive"] != false else { return output }
                members["value"] = nil
                return .object(members)
            })
        return .object(fields)
    }
}
