import Diagnostics

extension FieldValue {
    /// A constraint in Terraform's syntax.
    func versionConstraint() -> Located<VersionConstraint>? {
        guard let text = nonEmptyString() else { return nil }
        do {
            return Located(try VersionConstraint(text.value), at: location)
        } catch {
            problems.error("`\(path)` is no version constraint: \(error.message)", at: location)
            return nil
        }
    }

    func semanticVersion() -> Located<SemanticVersion>? {
        guard let text = string() else { return nil }
        guard let version = SemanticVersion(text.value) else {
            mustBe("a semantic version like `1.4.0`")
            return nil
        }
        return Located(version, at: location)
    }

    /// SHA-256 of a template's content: `sha256:` and 64 lower-case hexadecimal digits.
    func contentDigest() -> Located<String>? {
        guard let text = string() else { return nil }
        guard isContentDigest(text.value) else {
            mustBe("a digest: `sha256:` and 64 hexadecimal digits in lower case")
            return nil
        }
        return text
    }
}

/// Whether a text is a digest of a template's content as people write it: `sha256:` and 64 lower-case hexadecimal digits.
package func isContentDigest(_ text: String) -> Bool {
    let digits = text.dropFirst("sha256:".count)
    return text.hasPrefix("sha256:") && digits.utf8.count == 64
        && digits.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
}
