package import JSON
package import Secrets

extension TerraformState {
    /// The attributes of one object without what is marked as sensitive, nor any known secret; nil when the state holds
    /// none of that address. Of an address with deposed objects it is the current one.
    ///
    /// The marks are paths of steps `{"type": "get_attr", "value": "name"}` and `{"type": "index", "value": {"value": …}}`,
    /// as Terraform writes them into `sensitive_attributes`. Of a path that cannot be followed to its end, all is hidden
    /// that the last step which can be leads to.
    package func redactedAttributes(of address: String, with secrets: SecretValues) -> JSONValue? {
        for resource in resources {
            for instance in resource.instances
            where instance.deposed == nil && resource.address(of: instance) == address {
                return secrets.masked(
                    instance.sensitivePaths.reduce(instance.attributes.withoutDynamicTypes) { $0.redacting($1) })
            }
        }
        return nil
    }
}

extension TerraformState {
    /// Every text in attributes that the state marks as sensitive and that is long enough to be found again elsewhere.
    package var sensitiveTexts: Set<String> {
        var result: Set<String> = []
        for (_, instance) in objects where !instance.sensitivePaths.isEmpty {
            let attributes = instance.attributes.withoutDynamicTypes
            for path in instance.sensitivePaths { attributes.collectTexts(below: path, into: &result) }
        }
        return result
    }
}

extension TerraformState.OutputValue {
    /// Whether it may not be shown unasked: because it is marked so, or because it gives a known secret away.
    package func isSensitive(with secrets: SecretValues) -> Bool { sensitive || secrets.masked(value) != value }
}

extension TerraformState.Instance {
    fileprivate var sensitivePaths: [ArraySlice<JSONValue>] {
        (sensitiveAttributes.arrayValue ?? []).map { $0.arrayValue?[...] ?? [] }
    }
}

extension JSONValue {
    /// Collects what lies at the end of a path of steps, or below the last one that can be followed.
    fileprivate func collectTexts(below path: ArraySlice<JSONValue>, into result: inout Set<String>) {
        if let next = path.first.flatMap(member(at:)) {
            next.collectTexts(below: path.dropFirst(), into: &result)
            return
        }
        switch self {
        case .string(let text) where text.count >= SecretValues.minimumLength: result.insert(text)
        case .array(let elements): for element in elements { element.collectTexts(below: [], into: &result) }
        case .object(let fields): for field in fields.values { field.collectTexts(below: [], into: &result) }
        default: break
        }
    }

    /// The value with what lies at the end of a path of steps replaced, or the last of it that can be followed.
    fileprivate func redacting(_ path: ArraySlice<JSONValue>) -> JSONValue {
        guard let step = path.first else { return .string(Plan.sensitiveMark) }
        guard let next = member(at: step)?.redacting(path.dropFirst()) else {
            return isNull ? self : .string(Plan.sensitiveMark)
        }
        switch self {
        case .object(var fields):
            if let name = step.key?.stringValue { fields[name] = next }
            return .object(fields)
        case .array(var elements):
            if let index = step.key?.integerValue { elements[index] = next }
            return .array(elements)
        default: return .string(Plan.sensitiveMark)
        }
    }

    /// What a step leads to; nil when it cannot be followed.
    private func member(at step: JSONValue) -> JSONValue? {
        switch self {
        case .object(let fields): step.key?.stringValue.flatMap { fields[$0] }
        case .array(let elements):
            step.key?.integerValue.flatMap { elements.indices.contains($0) ? elements[$0] : nil }
        default: nil
        }
    }

    /// The name or the index of a step.
    private var key: JSONValue? { self["value"]?["value"] ?? self["value"] }
}
