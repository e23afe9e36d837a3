package import Diagnostics
package import FoundationEssentials

/// A bundle for people to hand on: a `tar.gz` of `entries`, the same bytes for the same entries, whatever their order,
/// and wherever and whenever it is made with the same version of zlib.
///
/// - Throws: a `Diagnostic` when `bundleEntries` would refuse it.
package func packBundle(
    _ entries: [ArchiveEntry], limits: ArchiveLimits = .bundle
) throws(Diagnostic) -> Data {
    let bundle = try pack(entries, compressedWith: .gzip)
    _ = try bundleEntries(of: bundle, limits: limits)
    return bundle
}

/// What a bundle of strangers holds: a tar archive, compressed with gzip or Zstandard.
///
/// - Throws: a `Diagnostic` that names the entry, when one of them is not a plain file, folder or symbolic link inside of
///   the tree, or two machines would lay out two trees; when it holds more than `limits`; when it is damaged or cut.
package func bundleEntries(
    of bundle: Data, limits: ArchiveLimits = .bundle
) throws(Diagnostic) -> [ArchiveEntry] {
    let entries = try tarEntries(of: bundle, limits: limits)
    try checkPortableNames(entries)
    return entries
}
