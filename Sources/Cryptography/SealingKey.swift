import Crypto
package import Diagnostics
package import FoundationEssentials

/// The key of a project's records: seals what is kept, and makes digests that cannot be guessed from outside.
///
/// Sealing and digests use subkeys of their own (HKDF-SHA256), so that nothing learnt from one helps with the other.
/// A nonce is 96 random bits, so one key is good for 2^32 sealed pieces.
package struct SealingKey: Sendable {
    /// Before the nonce, so that a later format can be told apart.
    private static let formatVersion: UInt8 = 1
    private static let overhead = 1 + 12 + 16

    private let sealing: SymmetricKey
    private let digesting: SymmetricKey
    /// Tells keys apart in records and messages: 16 hexadecimal digits that say nothing about the key.
    package let fingerprint: String

    /// - Parameters:
    ///   - base64: 32 random bytes in base64; whitespace does not count.
    ///   - source: where the text comes from, for people.
    /// - Throws: a `Diagnostic` that does not repeat the text.
    package init(base64: String, source: String) throws(Diagnostic) {
        let text = base64.filter { !$0.isWhitespace }
        guard let bytes = Data(base64Encoded: text), bytes.count == 32 else { throw .malformedKey(source) }
        self.init(bytes: bytes)
    }

    private init(bytes: Data) {
        let root = SymmetricKey(data: bytes)
        sealing = Self.subkey(of: root, for: "sealing", byteCount: 32)
        digesting = Self.subkey(of: root, for: "digest", byteCount: 32)
        fingerprint = Self.subkey(of: root, for: "fingerprint", byteCount: 8).withUnsafeBytes(hexadecimal)
    }

    private static func subkey(of root: SymmetricKey, for purpose: String, byteCount: Int) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: root, info: Data("stack 1 \(purpose)".utf8), outputByteCount: byteCount)
    }

    /// A new random key, as text.
    static func randomBase64() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
    }

    /// Encrypts with AES-256-GCM: the result is a version byte, the nonce, the ciphertext and the tag, 29 bytes more
    /// than `plaintext`, and different every time.
    ///
    /// - Parameter context: what the piece belongs to (stack, run, sequence, …): it is not stored, and the piece opens
    ///   with the same bytes only, so that pieces cannot change places.
    package func seal(_ plaintext: Data, associated context: Data) throws(Diagnostic) -> Data {
        do {
            let box = try AES.GCM.seal(plaintext, using: sealing, authenticating: Self.authenticated(context))
            return [Self.formatVersion] + box.nonce + box.ciphertext + box.tag
        } catch {
            throw .error("Data could not be encrypted: \(error)", outcome: .internalFailure)
        }
    }

    /// What `seal` encrypted with this key and the same context.
    ///
    /// - Throws: a `Diagnostic` when it was changed, belongs elsewhere or was sealed with another key: these cannot be
    ///   told apart.
    package func open(_ sealed: Data, associated context: Data) throws(Diagnostic) -> Data {
        guard sealed.count >= Self.overhead, sealed.first == Self.formatVersion else { throw .notSealed() }
        do {
            let box = try AES.GCM.SealedBox(combined: sealed.dropFirst())
            return try AES.GCM.open(box, using: sealing, authenticating: Self.authenticated(context))
        } catch {
            throw .doesNotOpen(fingerprint: fingerprint)
        }
    }

    /// HMAC-SHA256 of `bytes`, as 64 lower-case hexadecimal digits: the same for the same bytes and key, and without the
    /// key no way to try out what the bytes were.
    package func keyedDigest(of bytes: Data) -> String {
        hexadecimal(HMAC<SHA256>.authenticationCode(for: bytes, using: digesting))
    }

    /// The version byte is authenticated too.
    private static func authenticated(_ context: Data) -> Data { [formatVersion] + context }
}

extension SealingKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "SealingKey(\(fingerprint))" }
    /// Keeps the key out of every dump.
    package var customMirror: Mirror { Mirror(self, children: ["fingerprint": fingerprint]) }
}

extension Diagnostic {
    fileprivate static func malformedKey(_ source: String) -> Diagnostic {
        .error(
            "The encryption key in `\(source)` is not 32 bytes in base64", hint: "`openssl rand -base64 32` makes one")
    }

    fileprivate static func notSealed() -> Diagnostic {
        .error(
            "Sealed data is cut short, or was written by a newer version of stack",
            hint: "Use the version of stack that wrote it")
    }

    fileprivate static func doesNotOpen(fingerprint: String) -> Diagnostic {
        .error(
            "Sealed data cannot be opened with the key `\(fingerprint)`: it was changed, moved, or sealed with another key",
            hint: "Check that STACK_ENCRYPTION_KEY or the key file is the one that was used when it was written")
    }
}
