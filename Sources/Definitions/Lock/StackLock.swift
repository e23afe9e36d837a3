package import FoundationEssentials

/// What `stack.lock` holds: the identities that outlive names and machines. It is committed beside `stack.yaml`.
package struct StackLock: Hashable, Sendable {
    /// Where a stack's state is kept.
    package struct State: Hashable, Sendable {
        /// The stack's identity, made once.
        package var id: UUID
        /// The identity of the database.
        package var store: String
        /// The database for people: a host, or a database's name.
        package var place: String

        package init(id: UUID, store: String, place: String) {
            self.id = id
            self.store = store
            self.place = place
        }
    }

    package var project: UUID
    /// The fingerprint of the key that seals states and plans; nil before the first is made.
    package var key: String?
    /// The templates that are kept elsewhere, as they were resolved, each request once.
    package var templates: [TemplatePin]
    /// By the stack's name.
    package var states: [String: State]

    /// The key without which what was applied cannot be read; nil as long as nothing was.
    package var neededKey: String? { states.isEmpty ? nil : key }

    package init(
        project: UUID, key: String? = nil, templates: [TemplatePin] = [], states: [String: State] = [:]
    ) {
        self.project = project
        self.key = key
        self.templates = templates
        self.states = states
    }
}
