package import Diagnostics
package import FoundationEssentials
package import JSON

/// A state file (`terraform.tfstate`, format 4).
///
/// It holds secrets in clear: none of it is shown or stored without ``Secrets/SecretValues`` or sealing.
package struct TerraformState: Hashable, Sendable {
    package struct OutputValue: Hashable, Sendable {
        package let value: JSONValue
        /// `"string"`, `["list","string"]`, ...
        package let type: JSONValue
        package let sensitive: Bool
    }

    package struct Resource: Hashable, Sendable {
        /// `module.x["a"]`; nil in the root module.
        package let module: String?
        package let mode: ResourceChange.Mode
        package let type: String
        package let name: String
        /// `provider["registry.terraform.io/hashicorp/aws"].west`.
        package let provider: String
        package let instances: [Instance]
    }

    package struct Instance: Hashable, Sendable {
        /// A string for `for_each`, a number for `count`.
        package let indexKey: JSONValue?
        /// The key of an object that is no longer the current one.
        package let deposed: String?
        /// Whether it was made but not finished, so that the next apply replaces it.
        package let isTainted: Bool
        package let attributes: JSONValue
        /// Paths into `attributes`, in Terraform's form.
        package let sensitiveAttributes: JSONValue
    }

    package let header: StateHeader
    package let outputs: [String: OutputValue]
    package let resources: [Resource]
    /// As it stands; null when there are none.
    package let checkResults: JSONValue

    package var version: Int { header.version }
    package var terraformVersion: String { header.terraformVersion }
    package var serial: Int { header.serial }
    package var lineage: String { header.lineage }

    /// All objects with their addresses, in the order of the file; deposed ones too.
    package var objects: [(address: String, instance: Instance)] {
        resources.flatMap { resource in resource.instances.map { (resource.address(of: $0), $0) } }
    }

    /// The addresses of all current objects, in the order of the file; an object that is only deposed has none.
    package var addresses: [String] { objects.filter { $0.instance.deposed == nil }.map(\.address) }

    /// Whether nothing is managed and nothing put out.
    package var isEmpty: Bool { resources.isEmpty && outputs.isEmpty }
}

extension TerraformState.Resource {
    /// `module.x["a"].aws_vpc.main[0]`, `data.aws_ami.base`.
    package func address(of instance: TerraformState.Instance) -> String {
        let prefix = module.map { $0 + "." } ?? ""
        let base = prefix + (mode == .data ? "data." : "") + "\(type).\(name)"
        switch instance.indexKey {
        case .string(let key): return "\(base)[\(Self.quoted(key))]"
        case .number: return "\(base)[\(instance.indexKey?.text ?? "")]"
        default: return base
        }
    }

    /// A key as Terraform writes it inside an address.
    private static func quoted(_ key: String) -> String {
        var result = "\""
        var previous: Character?
        for character in key {
            switch character {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "{" where previous == "$" || previous == "%":
                // `${` and `%{` would begin a template.
                result.append(previous ?? "$")
                result.append(character)
            default: result.append(character)
            }
            previous = character
        }
        return result + "\""
    }
}

extension TerraformState {
    /// Reads a whole state file.
    ///
    /// - Throws: when it is not complete JSON, not format 4, or a resource lacks what identifies it.
    package static func decode(_ data: Data) throws(Diagnostic) -> TerraformState {
        let fields: [String: JSONValue]
        do {
            fields = try JSONValue.members(parsing: data)
        } catch {
            throw .incompleteState()
        }
        return try TerraformState(fields: fields)
    }

    private init(fields: [String: JSONValue]) throws(Diagnostic) {
        header = try StateHeader(fields: fields)
        outputs = (fields["outputs"]?.objectValue ?? [:]).mapValues { output in
            OutputValue(
                value: output["value"] ?? .null, type: output["type"] ?? .null,
                sensitive: output["sensitive"]?.boolValue ?? false)
        }
        var resources: [Resource] = []
        for element in fields["resources"]?.arrayValue ?? [] {
            guard let resource = Resource(json: element) else {
                throw .invalidState("a resource has no mode, type or name")
            }
            resources.append(resource)
        }
        self.resources = resources
        checkResults = fields["check_results"] ?? .null
    }

    /// The state of a stack that has none yet: no resources, serial 0. Terraform keeps its lineage, so that a saved plan
    /// is bound to it from the beginning.
    ///
    /// - Parameters:
    ///   - lineage: a UUID.
    ///   - terraformVersion: of the Terraform that will read it; an older one than the file's is refused by Terraform.
    package static func genesis(lineage: String, terraformVersion: String) -> Data {
        let document: JSONValue = [
            "version": 4, "terraform_version": .string(terraformVersion), "serial": 0, "lineage": .string(lineage),
            "outputs": [:], "resources": [], "check_results": .null,
        ]
        return document.encoded(pretty: true)
    }
}

extension TerraformState.Resource {
    fileprivate init?(json: JSONValue) {
        guard let mode = json["mode"]?.stringValue.flatMap(ResourceChange.Mode.init),
            let type = json["type"]?.stringValue, let name = json["name"]?.stringValue
        else { return nil }
        self.mode = mode
        self.type = type
        self.name = name
        module = json["module"]?.stringValue
        provider = json["provider"]?.stringValue ?? ""
        instances = (json["instances"]?.arrayValue ?? []).map(TerraformState.Instance.init)
    }
}

extension TerraformState.Instance {
    fileprivate init(json: JSONValue) {
        indexKey = json["index_key"]
        deposed = json["deposed"]?.stringValue
        isTainted = json["status"]?.stringValue == "tainted"
        // Objects that no provider has upgraded since Terraform 0.11 have a flat map of texts.
        attributes = json["attributes"] ?? json["attributes_flat"] ?? .null
        sensitiveAttributes = json["sensitive_attributes"] ?? []
    }
}
