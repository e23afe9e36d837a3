import JSON
import Secrets

extension Plan {
    /// Every text that the plan marks as sensitive and that is long enough to be found again in other text: an apply may
    /// print it (a `local-exec` that echoes a generated password), and then it is masked like any other secret.
    package var sensitiveTexts: Set<String> {
        var result: Set<String> = []
        let changes = (resourceChanges + resourceDrift).map(\.change) + outputChanges.map(\.change)
        for change in changes {
            collect(change.before, where: change.beforeSensitive, into: &result)
            collect(change.after, where: change.afterSensitive, into: &result)
        }
        return result
    }
}

private func collect(_ value: JSONValue, where marks: JSONValue, into result: inout Set<String>) {
    switch (value, marks) {
    case (.string(let text), true):
        if text.count >= SecretValues.minimumLength { result.insert(text) }
    case (.object(let fields), _):
        for (name, field) in fields {
            collect(field, where: marks == true ? true : marks[name] ?? false, into: &result)
        }
    case (.array(let elements), _):
        for (index, element) in elements.enumerated() {
            let list = marks.arrayValue ?? []
            collect(element, where: marks == true ? true : index < list.count ? list[index] : false, into: &result)
        }
    default: break
    }
}
