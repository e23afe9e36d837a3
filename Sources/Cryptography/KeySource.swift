package import Diagnostics
package import SystemPackage

/// Where the sealing key comes from.
package enum KeySource: Hashable, Sendable {
    /// The value of `STACK_ENCRYPTION_KEY`.
    case environment(String)
    case file(FilePath)

    /// The key.
    ///
    /// - Parameter creating: whether a key file that is missing is made, with a random key. Not when something was
    ///   sealed before: a new key would not open it.
    /// - Throws: a `Diagnostic` when the key is missing or malformed, or others can read the file.
    package func load(creating: Bool) throws(Diagnostic) -> SealingKey {
        switch self {
        case .environment(let text):
            return try SealingKey(base64: text, source: "STACK_ENCRYPTION_KEY")
        case .file(let path):
            if let key = try KeyFile(path: path).read() { return key }
            guard creating else { throw .keyFileMissing(path) }
            return try KeyFile(path: path).create()
        }
    }
}

extension Diagnostic {
    fileprivate static func keyFileMissing(_ path: FilePath) -> Diagnostic {
        .error(
            "The key file `\(path)` is missing, and what was sealed with it cannot be opened without it",
            hint: "Restore the file from a backup, or set STACK_ENCRYPTION_KEY to its content")
    }
}
