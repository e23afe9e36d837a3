package import Diagnostics
package import FoundationEssentials
import JSON

extension Plan {
    /// Reads the output of `terraform show -json`.
    ///
    /// - Throws: when it is no plan, has another major format version than 1, or holds an action that is not known.
    package static func decode(_ data: Data) throws(Diagnostic) -> Plan {
        do {
            return try JSONDecoder().decode(Plan.self, from: data)
        } catch let problem as Diagnostic {
            throw problem
        } catch DecodingError.dataCorrupted {
            throw .unreadablePlan("it is not JSON")
        } catch let DecodingError.typeMismatch(_, context) where !context.codingPath.isEmpty {
            throw .unreadablePlan("`\(context.codingPath[0].stringValue)` has another form than is known")
        } catch {
            throw .unreadablePlan("it is no JSON object")
        }
    }
}

extension Plan: Decodable {
    private enum CodingKeys: String, CodingKey {
        case formatVersion = "format_version"
        case terraformVersion = "terraform_version"
        case applyable, complete, errored, timestamp, variables
        case resourceChanges = "resource_changes"
        case resourceDrift = "resource_drift"
        case outputChanges = "output_changes"
        case checks
        case relevantAttributes = "relevant_attributes"
        case configuration
    }

    /// Change by change: the whole document as values would take many times the memory of what is kept of it.
    package init(from decoder: any Decoder) throws {
        let document = try decoder.container(keyedBy: CodingKeys.self)
        func member(_ key: CodingKeys) throws -> JSONValue? {
            try document.decodeIfPresent(JSONValue.self, forKey: key)
        }
        guard let format = try member(.formatVersion)?.stringValue else {
            throw Diagnostic.unreadablePlan("it has no `format_version`")
        }
        guard format.split(separator: ".").first == "1" else { throw Diagnostic.unsupportedPlanFormat(format) }
        let changes = try document.decodeIfPresent([ResourceChange].self, forKey: .resourceChanges) ?? []
        let drift = try document.decodeIfPresent([ResourceChange].self, forKey: .resourceDrift) ?? []
        let outputs = try Self.outputChanges(try member(.outputChanges))
        terraformVersion = try member(.terraformVersion)?.stringValue ?? ""
        errored = try member(.errored)?.boolValue ?? false
        complete = try member(.complete)?.boolValue ?? !errored
        // OpenTofu, and Terraform before 1.8, leave `applyable` out.
        applyable =
            try member(.applyable)?.boolValue
            ?? (!errored
                && (changes.contains(where: \.isEffective) || outputs.contains { $0.action != .noOp }
                    || drift.contains(where: \.isEffective)))
        timestamp = try member(.timestamp)?.stringValue ?? ""
        variables = try member(.variables)?.objectValue?.keys.sorted() ?? []
        resourceChanges = changes
        resourceDrift = drift
        outputChanges = outputs
        checks = try member(.checks)?.arrayValue?.map(CheckResult.init) ?? []
        relevantAttributes = (try member(.relevantAttributes)?.arrayValue ?? []).map { attribute in
            RelevantAttribute(
                resource: attribute["resource"]?.stringValue ?? "",
                path: attribute["attribute"]?.arrayValue ?? [])
        }
        configuredBlocks = ConfiguredBlocks(configuration: try member(.configuration))
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

extension ResourceChange: Decodable {
    package init(from decoder: any Decoder) throws {
        let json = try JSONValue(from: decoder)
        guard let change = ResourceChange(json: json) else {
            throw Diagnostic.unknownChange(of: json["address"]?.stringValue)
        }
        self = change
    }
}

extension Diagnostic {
    fileprivate static func unreadablePlan(_ reason: String) -> Diagnostic {
        .error(
            "The plan cannot be read: \(reason)",
            hint: "Look at what the program in `spec.terraform.binary` writes for `show -json`")
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
