package import JSON

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

extension JSONValue {
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
