import Crypto
package import Diagnostics
package import FoundationEssentials
package import SystemPackage

/// SHA-256 of bytes that come in pieces.
package struct Digester: Sendable {
    private var hash = SHA256()

    package init() {}

    package mutating func update(_ bytes: Data) {
        hash.update(data: bytes)
    }

    package mutating func update(_ text: String) {
        hash.update(data: Data(text.utf8))
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        hash.update(bufferPointer: bytes)
    }

    /// The digest of what has come so far, as 64 lower-case hexadecimal digits.
    package var hexadecimal: String { Cryptography.hexadecimal(hash.finalize()) }

    /// The same as 32 bytes.
    var bytes: Data { Data(hash.finalize()) }
}

/// The SHA-256 digest of `bytes`, as 64 lower-case hexadecimal digits.
package func sha256(_ bytes: Data) -> String {
    hexadecimal(SHA256.hash(data: bytes))
}

/// The SHA-256 digest of a file's content, read in pieces; links are followed.
///
/// - Throws: a `Diagnostic` when the file cannot be read.
package func sha256(ofFile path: FilePath) throws(Diagnostic) -> String {
    do {
        let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        defer { try? file.close() }
        var digester = Digester()
        try withUnsafeTemporaryAllocation(byteCount: 256 << 10, alignment: 16) { buffer in
            while case let count = try file.read(into: buffer), count > 0 {
                digester.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
        return digester.hexadecimal
    } catch {
        throw .error("`\(path)` cannot be read: \(error)")
    }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
