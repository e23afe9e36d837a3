package import JSON
import Secrets

extension TerraformState {
    /// The attributes of one object with what is marked as sensitive replaced; nil when the state holds none of that
    /// address. Of an address with deposed objects it is the current one.
    ///
    /// The marks are paths of steps `{"type": "get_attr", "value": "name"}` and `{"type": "index", "value": {"value": …}}`,
    /// as Terraform writes them into `sensitive_attributes`.
    package func redactedAttributes(of address: String) -> JSONValue? {
        for resource in resources {
            for instance in resource.instances
            where instance.deposed == nil && resource.address(of: instance) == address {
                let paths = instance.sensitiveAttributes.arrayValue ?? []
                return paths.reduce(instance.attributes) { $0.redacting($1.arrayValue?[...] ?? []) }
            }
        }
        return nil
    }
}

extension TerraformState {
    /// Every text in attributes that the state marks as sensitive and that is long enough to be found again elsewhere.
    package var sensitiveTexts: Set<String> {
        var result: Set<String> = []
        for (_, instance) in objects {
            for path in instance.sensitiveAttributes.arrayValue ?? [] {
                instance.attributes.collectTexts(below: path.arrayValue?[...] ?? [], into: &result)
            }
        }
        return result
    }
}

extension JSONValue {
    fileprivate func collectTexts(below path: ArraySlice<JSONValue>, into result: inout Set<String>) {
        if let step = path.first {
            let key = step["value"]?["value"] ?? step["value"]
            let next =
                if let name = key?.stringValue { self[name] } else {
                    key?.integerValue.flatMap { index in
                        arrayValue.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                    }
                }
            next?.collectTexts(below: path.dropFirst(), into: &result)
            return
        }
        switch self {
        case .string(let text) where text.count >= SecretValues.minimumLength: result.insert(text)
        case .array(let elements): for element in elements { element.collectTexts(below: [], into: &result) }
        case .object(let fields): for field in fields.values { field.collectTexts(below: [], into: &result) }
        default: break
        }
    }

    /// The value with what lies at the end of a path of steps replaced.
    fileprivate func redacting(_ path: ArraySlice<JSONValue>) -> JSONValue {
        guard let step = path.first else { return .string(Plan.sensitiveMark) }
        let key = step["value"]?["value"] ?? step["value"]
        switch (self, key) {
        case (.object(var fields), .string(let name)?):
            fields[name] = fields[name]?.redacting(path.dropFirst())
            return .object(fields)
        case (.array(var elements), .number?):
            guard let index = key?.integerValue, elements.indices.contains(index) else { return self }
            elements[index] = elements[index].redacting(path.dropFirst())
            return .array(elements)
        default: return isNull ? self : .string(Plan.sensitiveMark)
        }
    }
}
