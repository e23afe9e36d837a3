import JSON

/// One root output of a plan, also one that stays as it is.
package struct OutputChange: Hashable, Sendable {
    package var name: String
    package var action: ChangeAction
    package var change: ChangedValues

    init?(name: String, json: JSONValue) {
        guard let action = ChangeAction(verbs: json["actions"]) else { return nil }
        self.name = name
        self.action = action
        change = ChangedValues(change: json)
    }
}
