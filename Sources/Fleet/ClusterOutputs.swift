package import JSON

/// The outputs of a stack's state.
package struct ClusterOutputs: Hashable, Sendable {
    package struct Output: Hashable, Sendable {
        package let value: JSONValue
        package let isSensitive: Bool

        package init(_ value: JSONValue, isSensitive: Bool = false) {
            self.value = value
            self.isSensitive = isSensitive
        }
    }

    package let values: [String: Output]

    package init(_ values: [String: Output]) {
        self.values = values
    }
}
