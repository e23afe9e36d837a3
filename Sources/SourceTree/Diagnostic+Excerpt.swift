package import Diagnostics
import FoundationEssentials

extension Diagnostic {
    /// The diagnostic with the text of the line that it is about.
    package func withExcerpt(from tree: any SourceTree) -> Diagnostic {
        guard excerpt == nil, let place = location, let data = try? tree.contents(of: place.file) else { return self }
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.indices.contains(place.line - 1) else { return self }
        var problem = self
        problem.excerpt = String(decoding: lines[place.line - 1], as: UTF8.self)
        return problem
    }
}
