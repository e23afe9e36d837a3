/// An object about which Terraform said that it had begun, and the state does not say how it ended.
package struct UnknownResource: Hashable, Sendable {
    package enum Outcome: String, Hashable, Sendable, Codable {
        /// No word about it after the start: Terraform or its provider ended first.
        case unfinished
        /// Terraform said that it failed; it may have had effects all the same.
        case errored
        /// Terraform said that it succeeded, but the state has no trace of it.
        case unrecorded
    }

    package let address: String
    /// `create`, `update` or `delete`; any word of a later Terraform.
    package let action: String
    package let outcome: Outcome
    /// Whether the object is or may be in the state. If so, the next refresh finds out what it is like now; if not, nothing
    /// but a person will find it.
    package let isInState: Bool
    /// Whether the state holds a current object at the address: of one that was made and is not in the state, the one
    /// before it.
    package let isAddressTaken: Bool
    package let idKey: String?
    package let idValue: String?

    /// Whether an import can bring it under management, should it exist.
    package var isImportable: Bool { action == "create" && !isInState && !isAddressTaken }

    /// The id by which an import probably brings it back. Nil when it is not known, or what the log names is not the id.
    package var importID: String? {
        guard isImportable, idKey == "id", let idValue, !idValue.isEmpty else { return nil }
        return idValue
    }
}
