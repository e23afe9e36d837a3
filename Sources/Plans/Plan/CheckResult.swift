import JSON

/// What became of a `check` block or of the conditions of a resource or output.
package struct CheckResult: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable {
        case pass
        case fail
        case error
        /// Decided only by the apply.
        case unknown
    }

    /// As Terraform displays it: `check.health`, `aws_vpc.main`.
    package var address: String
    package var status: Status
    /// The error messages of the conditions that failed.
    package var problems: [String]

    init(json: JSONValue) {
        address = json["address"]?["to_display"]?.stringValue ?? ""
        status = json["status"]?.stringValue.flatMap(Status.init) ?? .unknown
        problems = (json["instances"]?.arrayValue ?? []).flatMap { instance in
            (instance["problems"]?.arrayValue ?? []).compactMap { $0["message"]?.stringValue }
        }
    }
}
