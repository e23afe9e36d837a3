package import Diagnostics
package import FoundationEssentials
import JSON

/// Terraform's dependency lock file: which version of each provider was selected, and its packages' hashes.
///
/// Source of the format: https://developer.hashicorp.com/terraform/language/files/dependency-lock
package struct LockFile: Hashable, Sendable {
    package static let fileName = ".terraform.lock.hcl"

    package struct Provider: Hashable, Sendable {
        /// The full source address: `registry.terraform.io/hashicorp/aws`.
        package let address: String
        package let version: String
        /// What was asked for when the version was selected.
        package let constraints: String?
        /// With their scheme: `h1:…` of a package's content, `zh:…` of a zip archive.
        package let hashes: [String]
    }

    /// Sorted by address.
    package let providers: [Provider]

    /// - Throws: a diagnostic when the text is no lock file.
    package init(parsing data: Data, file: String = Self.fileName) throws(Diagnostic) {
        let source = try SourceText(file: file, data: data)
        var providers: [Provider] = []
        for block in try BodyParser.parse(source).blocks(ofType: "provider") {
            guard block.labels.count == 1, let version = block.body["version"]?.string else {
                throw .error("a `provider` of a lock file has an address and a `version`", at: block.location)
            }
            if providers.contains(where: { $0.address == block.labels[0] }) {
                throw .error("provider `\(block.labels[0])` is locked twice", at: block.location)
            }
            providers.append(
                Provider(
                    address: block.labels[0], version: version, constraints: block.body["constraints"]?.string,
                    hashes: block.body["hashes"]?.shape.value?.arrayValue?.compactMap(\.stringValue) ?? []))
        }
        self.providers = providers.sorted { $0.address < $1.address }
    }
}
