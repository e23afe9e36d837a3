import Cryptography
import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage

/// What tells an installed package from one with other bytes, without reading it: path, device, inode, size and times of
/// every file.
struct PackageFingerprint: Hashable, Sendable {
    let hexadecimal: String
    /// When the newest of its files was changed last, in seconds since 1970.
    private let lastChange: Double

    /// - Throws: a `Diagnostic` when something of the package cannot be looked at.
    init(ofPackage folder: FilePath) throws {
        var digester = Digester()
        digester.update("package 1\n\(folder)\n")
        var lastChange = 0.0
        for name in try packageFiles(below: folder).sorted() {
            // Links are followed: what counts is what would run.
            var status = stat()
            guard stat(folder.appending(name).string, &status) == 0 else {
                throw Diagnostic.error("`\(folder.appending(name))` cannot be looked at: \(Errno(rawValue: errno))")
            }
            let (modified, changed) = (status.st_mtim, status.st_ctim)
            digester.update(
                "\(status.st_dev) \(status.st_ino) \(status.st_size) \(modified.tv_sec).\(modified.tv_nsec) "
                    + "\(changed.tv_sec).\(changed.tv_nsec) \(name.utf8.count) \(name)\n")
            lastChange = max(lastChange, Double(changed.tv_sec) + Double(changed.tv_nsec) / 1e9)
        }
        hexadecimal = digester.hexadecimal
        self.lastChange = lastChange
    }

    /// Whether a change from now on is sure to be seen: the clock of a file system may stand still for a moment, and two
    /// changes in one moment look like one.
    var isSettled: Bool { Date().timeIntervalSince1970 - lastChange > 1 }
}

extension GatewayCache {
    /// The `h1:` hash of an installed package; what was hashed once is not read again until something of it differs, unless
    /// its hash is none of those that it should have: what is remembered could be wrong.
    ///
    /// - Throws: a `Diagnostic` when the package cannot be read.
    func packageHash(of link: FilePath, expecting hashes: [String]) throws -> String {
        // Many folders may link to one copy.
        let folder = realPath(of: link) ?? link
        let fingerprint = try PackageFingerprint(ofPackage: folder)
        if let known = packageHash(ofFingerprint: fingerprint.hexadecimal), hashes.contains(known) { return known }
        let hash = try Cryptography.packageHash(ofDirectory: folder)
        if fingerprint.isSettled, try PackageFingerprint(ofPackage: folder) == fingerprint {
            rememberPackage(hash: hash, fingerprint: fingerprint.hexadecimal)
        }
        return hash
    }
}

private func realPath(of path: FilePath) -> FilePath? {
    guard let resolved = realpath(path.string, nil) else { return nil }
    defer { free(resolved) }
    return FilePath(platformString: resolved)
}
