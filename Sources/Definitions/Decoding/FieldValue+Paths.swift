import Diagnostics
import SourceTree

extension FieldValue {
    /// A path below the project's root in its normal form.
    func pathInTree() -> Located<String>? {
        guard let text = nonEmptyString() else { return nil }
        guard let path = normalisedPath(text.value) else {
            problems.error("the path `\(text.value)` leads out of the project", at: location)
            return nil
        }
        return Located(path, at: location)
    }

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
}
