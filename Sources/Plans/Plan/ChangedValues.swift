package import JSON

/// A value before and after, with the trees that say which parts of it are unknown or sensitive.
///
/// The trees have the shape of the value with `true` at what they mark; `true` at the top marks all of it.
package struct ChangedValues: Hashable, Sendable {
    package var before: JSONValue
    /// Unknown parts are missing, or null inside lists.
    package var after: JSONValue
    package var afterUnknown: JSONValue
    package var beforeSensitive: JSONValue
    package var afterSensitive: JSONValue

    package init(
        before: JSONValue = .null,
        after: JSONValue = .null,
        afterUnknown: JSONValue = false,
        beforeSensitive: JSONValue = false,
        afterSensitive: JSONValue = false
    ) {
        self.before = before
        self.after = after
        self.afterUnknown = afterUnknown
        self.beforeSensitive = beforeSensitive
        self.afterSensitive = afterSensitive
    }

    /// Terraform's `change` object.
    init(change: JSONValue) {
        self.init(
            before: change["before"] ?? .null,
            after: change["after"] ?? .null,
            afterUnknown: change["after_unknown"] ?? false,
            beforeSensitive: change["before_sensitive"] ?? false,
            afterSensitive: change["after_sensitive"] ?? false)
    }
}
