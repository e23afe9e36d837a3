import Files
package import FoundationEssentials
import Glibc
package import SystemPackage

/// What a cache of the gateway holds.
package struct CacheContents: Hashable, Sendable {
    /// Providers whose schema is known.
    package let schemas: Int
    /// Configurations of providers that are known to be valid.
    package let validations: Int
    /// Installed packages that have been checked.
    package let packages: Int
    package let byteCount: Int
    /// What the last commands had of it, the newest last.
    package let uses: [CacheUse]

    /// Nil when there is no cache in the folder.
    package init?(of folder: FilePath) {
        guard exists(folder) else { return nil }
        func place(_ kind: GatewayCache.Kind) -> FilePath { folder.appending(kind.rawValue) }
        schemas = names(in: place(.schemas)).count
        validations = names(in: place(.validations)).count
        packages = names(in: place(.packages)).count
        byteCount = GatewayCache.Kind.allCases.map(place).reduce(0) { bytes, place in
            names(in: place).reduce(bytes) { $0 + Int(status(of: place.appending($1))?.st_size ?? 0) }
        }
        uses = names(in: place(.uses)).sorted().compactMap { name in
            let content = (try? readFile(place(.uses).appending(name))) ?? nil
            return content.flatMap { try? JSONDecoder().decode(CacheUse.self, from: $0) }
        }
    }

    /// Forgets what was learned longer ago.
    ///
    /// - Parameter age: in seconds.
    /// - Returns: how many bytes that were.
    package static func trim(_ folder: FilePath, olderThan age: TimeInterval) -> Int {
        GatewayCache.Kind.allCases.reduce(0) { bytes, kind in
            bytes + removeFiles(in: folder.appending(kind.rawValue), olderThan: age)
        }
    }
}
