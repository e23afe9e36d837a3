package import Diagnostics
package import FoundationEssentials
package import SystemPackage

package struct FetchedTemplate: Hashable, Sendable {
    package let folder: FilePath
    package let digest: String
    package init(folder: FilePath, digest: String) {
        self.folder = folder
        self.digest = digest
    }
}

package struct TemplateFetcher: Sendable {
    package init(root: FilePath, cache: FilePath, environment: [String: String]) {}
    package func fetch(_ source: Located<String>, expecting digest: String?) async throws -> FetchedTemplate {
        fatalError()
    }
    package func file(_ source: Located<String>) async throws -> Data { fatalError() }
}
extension TemplateFetcher: TemplateFetching {}
