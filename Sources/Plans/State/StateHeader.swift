package import Diagnostics
package import FoundationEssentials
import JSON

/// What identifies one version of a state file.
package struct StateHeader: Hashable, Sendable {
    /// The format: 4.
    package let version: Int
    package let terraformVersion: String
    package let serial: Int
    package let lineage: String

    /// Reads the header without building the resources; all of the file is checked to be complete JSON, because
    /// Terraform writes it in place and a reader can see half of it.
    ///
    /// - Throws: when it is not a whole state file of format 4.
    package static func decode(_ data: Data) throws(Diagnostic) -> StateHeader {
        do {
            return try StateHeader(
                fields: try JSONValue.members(
                    parsing: data, wanted: ["version", "terraform_version", "serial", "lineage"]))
        } catch let diagnostic as Diagnostic {
            throw diagnostic
        } catch {
            throw .incompleteState()
        }
    }

    init(fields: [String: JSONValue]) throws(Diagnostic) {
        guard let version = fields["version"]?.integerValue else { throw .invalidState("it has no `version`") }
        guard version == 4 else { throw .unsupportedState(version) }
        guard let serial = fields["serial"]?.integerValue, serial >= 0 else {
            throw .invalidState("it has no `serial`")
        }
        guard let lineage = fields["lineage"]?.stringValue, !lineage.isEmpty else {
            throw .invalidState("it has no `lineage`")
        }
        self.version = version
        self.serial = serial
        self.lineage = lineage
        terraformVersion = fields["terraform_version"]?.stringValue ?? ""
    }
}

extension Diagnostic {
    static func incompleteState() -> Diagnostic {
        .error(
            "The state file is not complete JSON",
            hint: "a writer that was killed leaves half a file; an earlier version is kept")
    }

    static func invalidState(_ reason: String) -> Diagnostic {
        .error("The state file cannot be read: \(reason)")
    }

    static func unsupportedState(_ version: Int) -> Diagnostic {
        .error("The state file has format version `\(version)`; version 4 can be read")
    }
}
