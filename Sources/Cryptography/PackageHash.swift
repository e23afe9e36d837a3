package import Diagnostics
import FoundationEssentials
package import SystemPackage

/// The `h1:` hash of a folder, as Terraform writes it into lock files for an unpacked provider.
///
/// It is Go's `dirhash.Hash1`: the SHA-256 of one line for each file, "digest, two spaces, path", sorted by path, in
/// base64. Links are followed; empty folders and modes do not count.
///
/// - Throws: a `Diagnostic` when something in the folder cannot be read, or a file's name holds a line feed, which the
///   format cannot express.
package func packageHash(ofDirectory directory: FilePath) throws(Diagnostic) -> String {
    var lines: [(path: String, digest: String)] = []
    for path in try packageFiles(below: directory) {
        guard !path.utf8.contains(UInt8(ascii: "\n")) else {
            throw .error("`\(directory)` holds a file whose name has a line feed in it, which cannot be hashed")
        }
        lines.append((path, try sha256(ofFile: directory.appending(path))))
    }
    lines.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    var digester = Digester()
    for line in lines { digester.update("\(line.digest)  \(line.path)\n") }
    return "h1:" + digester.bytes.base64EncodedString()
}

/// The relative paths of everything that counts for `packageHash(ofDirectory:)`, in no order.
///
/// - Throws: a `Diagnostic` when a folder cannot be read.
package func packageFiles(below directory: FilePath) throws(Diagnostic) -> [String] {
    try files(below: directory, prefix: "")
}

/// The relative paths of everything below `directory` that is not a folder. A link to a folder is not entered, so that
/// a circle of links comes to an end; reading it as a file is then an error, as it is in Go.
private func files(below directory: FilePath, prefix: String) throws(Diagnostic) -> [String] {
    var result: [String] = []
    do {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.string) {
            let path = directory.appending(name)
            if try Stat(path, followTargetSymlink: false).type == .directory {
                result += try files(below: path, prefix: prefix + name + "/")
            } else {
                result.append(prefix + name)
            }
        }
    } catch let error as Diagnostic {
        throw error
    } catch {
        throw .error("`\(directory)` cannot be read: \(error)")
    }
    return result
}
