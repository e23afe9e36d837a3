package import FoundationEssentials
package import ModuleInterface

/// `version -json`: needs no initialised folder and no network. Exit code 0; stdout is read by `TerraformBinary`.
package struct VersionCommand: TerraformCommand {
    package init() {}

    package var arguments: [String] { ["version", "-json"] }
}

/// Which of the two programs a binary is.
package enum TerraformFlavor: String, Hashable, Sendable, Codable {
    case terraform
    case tofu
}

/// What a binary says about itself.
package struct TerraformBinary: Hashable, Sendable, Codable {
    package let version: TerraformVersion
    package let flavor: TerraformFlavor
    /// The platform of the providers it wants: `linux_amd64`.
    package let platform: String

    package init(version: TerraformVersion, flavor: TerraformFlavor, platform: String) {
        self.version = version
        self.flavor = flavor
        self.platform = platform
    }

    /// Reads the output of `VersionCommand`.
    ///
    /// Both programs give their version as `terraform_version`; only Terraform adds `terraform_outdated`, which
    /// OpenTofu dropped (its `internal/command/views/version.go`).
    ///
    /// - Throws: `DecodingError` when the output is not of that form.
    package init(versionOutput data: Data) throws {
        let output = try JSONDecoder().decode(Output.self, from: data)
        self.init(
            version: output.version, flavor: output.isOutdated == nil ? .tofu : .terraform, platform: output.platform)
    }

    private struct Output: Decodable {
        let version: TerraformVersion
        let platform: String
        let isOutdated: Bool?

        enum CodingKeys: String, CodingKey {
            case version = "terraform_version"
            case platform
            case isOutdated = "terraform_outdated"
        }
    }
}
