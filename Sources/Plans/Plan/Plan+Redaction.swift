import JSON
package import Secrets

extension Plan {
    /// What stands for a value that the plan marks as sensitive.
    package static let sensitiveMark = "(sensitive value)"
    /// What stands for the new value where a sensitive one changes, so that the change stays visible.
    static let changedSensitiveMark = "(sensitive value, changed)"

    /// The plan without anything that must not be stored or shown: values that it marks as sensitive, and known secrets
    /// in any text, address or name.
    ///
    /// That a hidden value changes stays visible. The marks stay too, so that the result is rendered as the original.
    package func redacted(with secrets: SecretValues) -> Plan {
        var plan = self
        plan.resourceChanges = resourceChanges.map { $0.redacted(with: secrets) }
        plan.resourceDrift = resourceDrift.map { $0.redacted(with: secrets) }
        plan.outputChanges = outputChanges.map { output in
            var output = output
            output.change = output.change.redacted(with: secrets)
            return output
        }
        plan.checks = checks.map { check in
            var check = check
            check.address = secrets.masked(check.address)
            check.problems = check.problems.map(secrets.masked)
            return check
        }
        plan.relevantAttributes = relevantAttributes.map { attribute in
            RelevantAttribute(
                resource: secrets.masked(attribute.resource), path: attribute.path.map { secrets.masked($0) })
        }
        return plan
    }
}

extension ResourceChange {
    fileprivate func redacted(with secrets: SecretValues) -> ResourceChange {
        var result = self
        result.address = secrets.masked(address)
        result.previousAddress = previousAddress.map { secrets.masked($0) }
        result.moduleAddress = moduleAddress.map { secrets.masked($0) }
        result.index = index.map { secrets.masked($0) }
        result.change = change.redacted(with: secrets)
        result.replacePaths = replacePaths.map { $0.map { secrets.masked($0) } }
        result.importingID = importingID.map { secrets.isSecret($0) ? SecretValues.replacement : secrets.masked($0) }
        return result
    }
}

extension ChangedValues {
    fileprivate func redacted(with secrets: SecretValues) -> ChangedValues {
        let hiddenBefore = Self.hiding(before, where: beforeSensitive, by: Plan.sensitiveMark)
        let hiddenAfter = Self.hiding(after, where: afterSensitive, by: Plan.sensitiveMark)
        let maskedBefore = secrets.masked(hiddenBefore)
        let maskedAfter = secrets.masked(hiddenAfter)
        return ChangedValues(
            before: maskedBefore,
            after: Self.keepingDifferences(
                originals: (before, after), hidden: (maskedBefore, maskedAfter), secrets: secrets),
            afterUnknown: secrets.masked(afterUnknown),
            beforeSensitive: secrets.masked(beforeSensitive),
            afterSensitive: secrets.masked(afterSensitive))
    }

    /// The value with every marked part replaced; null stays, since Terraform shows it too.
    private static func hiding(_ value: JSONValue, where marks: JSONValue, by replacement: String) -> JSONValue {
        if marks == true { return value.isNull ? .null : .string(replacement) }
        switch (value, marks) {
        case (.object(let fields), .object(let marks)):
            var result = fields
            for (name, mark) in marks {
                if let field = fields[name] { result[name] = hiding(field, where: mark, by: replacement) }
            }
            return .object(result)
        case (.array(let elements), .array(let marks)):
            return .array(
                elements.enumerated().map { index, element in
                    index < marks.count ? hiding(element, where: marks[index], by: replacement) : element
                })
        default: return value
        }
    }

    /// The new value, with another mark wherever hiding made two different values equal.
    private static func keepingDifferences(
        originals: (before: JSONValue, after: JSONValue), hidden: (before: JSONValue, after: JSONValue),
        secrets: SecretValues
    ) -> JSONValue {
        if originals.before == originals.after || originals.after == hidden.after { return hidden.after }
        switch (originals.before, originals.after, hidden.before, hidden.after) {
        case (.object(let before), .object(let after), .object(let hiddenBefore), .object(var hiddenAfter)):
            for (name, value) in after {
                let shown = hiddenAfter[name] == nil ? secrets.masked(name) : name
                if let old = before[name], let oldHidden = hiddenBefore[shown], let newHidden = hiddenAfter[shown] {
                    hiddenAfter[shown] = keepingDifferences(
                        originals: (old, value), hidden: (oldHidden, newHidden), secrets: secrets)
                }
            }
            return .object(hiddenAfter)
        case (.array(let before), .array(let after), .array(let hiddenBefore), .array(var hiddenAfter)):
            for index in 0..<min(before.count, after.count) {
                hiddenAfter[index] = keepingDifferences(
                    originals: (before[index], after[index]), hidden: (hiddenBefore[index], hiddenAfter[index]),
                    secrets: secrets)
            }
            return .array(hiddenAfter)
        default:
            guard hidden.before == hidden.after, case .string(let text) = hidden.after else { return hidden.after }
            return .string(text == Plan.sensitiveMark ? Plan.changedSensitiveMark : "\(text) (changed)")
        }
    }
}
