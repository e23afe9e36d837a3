package import Diagnostics
import SourceTree

/// Where a template is kept that is not in the project's own `templates/`.
package enum TemplateSource: Hashable, Sendable {
    /// `git::URL//FOLDER?ref=REF`; of a catalog the folder is a file.
    case git(url: String, folder: String, ref: String)
    /// A bundle, relative to the project's root.
    case bundle(path: String)
    /// A bundle at an `https://` URL, or an `http://` one on this machine.
    case download(url: String)

    /// - Throws: a `Diagnostic` that says what is allowed.
    package init(_ text: String) throws(Diagnostic) {
        do throws(SyntaxError) {
            self = try Self.parse(text)
        } catch {
            throw .error(
                "`\(withoutCredentials(text))` is no source of a template: \(error.reason)",
                hint:
                    "a source is `git::URL//FOLDER?ref=REF`, the path of a `.tar.gz` or `.tar.zst` in the project, or "
                    + "`https://…/NAME-VERSION.tar.gz`")
        }
    }

    private struct SyntaxError: Error {
        let reason: String
    }

    private static func parse(_ text: String) throws(SyntaxError) -> TemplateSource {
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw SyntaxError(reason: "it has a control character in it")
        }
        if text.hasPrefix("git::") { return try parseGit(String(text.dropFirst(5))) }
        if text.contains("::") { throw SyntaxError(reason: "`git::` is the only kind that is known") }
        if text.contains("://") {
            guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
                throw SyntaxError(reason: "bundles are fetched by https")
            }
            return .download(url: text)
        }
        guard [".tar.gz", ".tar.zst"].contains(where: text.hasSuffix) else {
            throw SyntaxError(reason: "a bundle ends in `.tar.gz` or `.tar.zst`")
        }
        guard let path = normalisedPath(text), !path.isEmpty else {
            throw SyntaxError(reason: "the path leads out of the project")
        }
        return .bundle(path: path)
    }

    private static func parseGit(_ text: String) throws(SyntaxError) -> TemplateSource {
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let parameters = halves.count == 2 ? halves[1].split(separator: "&") : []
        guard parameters.count == 1, parameters[0].hasPrefix("ref="), parameters[0].count > 4 else {
            throw SyntaxError(reason: "`?ref=` with a tag, a branch or a commit is needed, and nothing else")
        }
        let address = halves[0]
        // The first `//` that is not the one behind the scheme.
        let start = address.firstRange(of: "://")?.upperBound ?? address.startIndex
        let split = address[start...].firstRange(of: "//")
        let url = String(address[..<(split?.lowerBound ?? address.endIndex)])
        guard !url.isEmpty else { throw SyntaxError(reason: "the repository is missing") }
        guard let folder = normalisedPath(split.map { String(address[$0.upperBound...]) } ?? "") else {
            throw SyntaxError(reason: "the folder leads out of the repository")
        }
        return .git(url: url, folder: folder, ref: String(parameters[0].dropFirst(4)))
    }
}
