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
}
