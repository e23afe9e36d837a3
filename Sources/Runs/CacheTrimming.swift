import FoundationEssentials
import ProviderGateway
package import SystemPackage

/// Forgets what the provider gateway of a project has learned longer ago: the next run learns what it needs anew.
///
/// - Parameter root: the project's folder.
/// - Returns: how many bytes that were.
package func trimGatewayCache(
    of root: FilePath, environment: [String: String], olderThan age: Duration
) -> Int {
    CacheContents.trim(
        gatewayCache(in: ProjectStore.dataFolder(of: root, environment)),
        olderThan: TimeInterval(age.components.seconds))
}

/// `4.7 MiB`, `312 KiB`
package func byteText(_ bytes: Int) -> String {
    if bytes < 1 << 20 { return "\((bytes + 1023) >> 10) KiB" }
    let tenths = (bytes * 10 + (1 << 19)) >> 20
    return "\(tenths / 10).\(tenths % 10) MiB"
}
