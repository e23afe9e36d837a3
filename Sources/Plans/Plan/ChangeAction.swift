package import JSON

/// What Terraform means to do with one object.
///
/// The raw values are ours, for records; Terraform writes a list of verbs, see `init(verbs:)`.
package enum ChangeAction: String, Hashable, Sendable, Codable, CaseIterable {
    case noOp = "no-op"
    case create
    /// A data source is read during the apply, because something that it depends on is not known yet.
    case read
    case update
    case delete
    case replaceDeleteFirst = "replace-delete-first"
    case replaceCreateFirst = "replace-create-first"
    /// The object leaves the state and goes on existing.
    case forget
    /// A new object is made, the old one leaves the state and goes on existing.
    case createThenForget = "create-then-forget"

    /// Terraform's `change.actions`.
    ///
    /// - Returns: nil for verbs that this version does not know: such a plan cannot be judged.
    package init?(verbs: JSONValue?) {
        switch verbs?.arrayValue?.map({ $0.stringValue ?? "" }) {
        case ["no-op"]: self = .noOp
        case ["create"]: self = .create
        case ["read"]: self = .read
        case ["update"]: self = .update
        case ["delete"]: self = .delete
        case ["delete", "create"]: self = .replaceDeleteFirst
        case ["create", "delete"]: self = .replaceCreateFirst
        case ["forget"]: self = .forget
        case ["create", "forget"]: self = .createThenForget
        default: return nil
        }
    }
}
