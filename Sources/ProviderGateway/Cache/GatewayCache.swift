import Cryptography
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import SystemPackage

/// What is known of providers, in a folder that only its owner can look into: their schemas, which configurations are
/// valid, and which installed copies have been checked.
///
/// Each file is written whole and named by a digest of what it depends on. A file that is damaged is as one that is not
/// there; what cannot be written is learned again the next time.
struct GatewayCache: Sendable {
    private let folder: FilePath
    /// Names what nobody shall be able to guess from the name of its file.
    private let key: SealingKey
    private let tally = Tally()

    enum Kind: String, CaseIterable {
        case schemas
        case validations
        case packages
        /// How far the others were of use to the last commands.
        case uses
    }

    /// What is not known any longer when it was learned so long ago, in seconds.
    private static let lifetime: TimeInterval = 30 * 24 * 3600

    /// - Throws: a `Diagnostic` when the folder cannot be made, or others can write to it.
    init(folder: FilePath) throws {
        self.folder = folder
        for kind in Kind.allCases { try makePrivateFolder(folder.appending(kind.rawValue)) }
        var status = stat()
        guard stat(folder.string, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            throw Diagnostic.error("the cache `\(folder)` is not for its owner alone", hint: "`chmod 700 \(folder)`")
        }
        key = try Self.key(in: folder)
    }

    /// A random key of the cache's own. What was named by one that cannot be used any more is not found again.
    private static func key(in folder: FilePath) throws -> SealingKey {
        let file = folder.appending("key")
        if let key = try? KeySource.file(file).load(creating: true) { return key }
        unlink(file.string)
        return try KeySource.file(file).load(creating: true)
    }

    /// `$XDG_CACHE_HOME/stack` or `~/.cache/stack`; nil when neither can be told.
    static func defaultFolder(environment: [String: String]) -> FilePath? {
        if let cache = environment["XDG_CACHE_HOME"].map({ FilePath($0) }), cache.isAbsolute {
            return cache.appending("stack")
        }
        return environment["HOME"].map { FilePath($0) }.flatMap { $0.isAbsolute ? $0.appending(".cache/stack") : nil }
    }

    /// What is known of the schema of the provider whose package has this hash, without reading all of it.
    func schemaSummary(ofProvider hash: String) -> SchemaSummary? {
        tally.count(read(.schemas, sha256(Data(hash.utf8)), limit: SchemaSummary.limit).flatMap(SchemaSummary.init))
    }

    /// The schema of the provider whose package has this hash.
    func schema(ofProvider hash: String) -> ProviderSchema? {
        guard let data = read(.schemas, sha256(Data(hash.utf8))), let summary = SchemaSummary(data) else { return nil }
        let bytes = data.dropFirst(summary.line.utf8.count)
        return sha256(bytes) == summary.digest ? ProviderSchema([UInt8](bytes)) : nil
    }

    func remember(_ schema: ProviderSchema, protocolVersion: Int, ofProvider hash: String) {
        let bytes = Data(schema.bytes)
        let summary = SchemaSummary(
            protocolVersion: protocolVersion, isOptional: schema.isOptional, digest: sha256(bytes))
        write(Data(summary.line.utf8) + bytes, .schemas, sha256(Data(hash.utf8)))
    }

    func isKnownValid(_ validation: Validation) -> Bool {
        tally.count(read(.validations, key.keyedDigest(of: validation.identity))) != nil
    }

    func rememberValid(_ validation: Validation) {
        write(Data(), .validations, key.keyedDigest(of: validation.identity))
    }

    /// The hash that a package with this fingerprint was found to have.
    func packageHash(ofFingerprint fingerprint: String) -> String? {
        let known = read(.packages, fingerprint).map { String(decoding: $0, as: UTF8.self) }
        return tally.count(known.flatMap { isPackageHash($0) ? $0 : nil })
    }

    func rememberPackage(hash: String, fingerprint: String) { write(Data(hash.utf8), .packages, fingerprint) }

    /// Keeps how often a command was answered from here.
    func rememberUse(by command: String) {
        guard let use = try? JSONEncoder().encode(tally.use(by: command)) else { return }
        let place = folder.appending(Kind.uses.rawValue)
        write(use, .uses, "\(UInt64(Date().timeIntervalSince1970 * 1000))-\(getpid())")
        for name in names(in: place).sorted().dropLast(Self.useCount) { unlink(place.appending(name).string) }
    }

    private static let useCount = 20

    /// - Parameter limit: how many bytes are wanted; nil for all.
    private func read(_ kind: Kind, _ name: String, limit: Int? = nil) -> Data? {
        let file = folder.appending(kind.rawValue).appending(name)
        guard let status = status(of: file), status.age < Self.lifetime else { return nil }
        // An error is no other case than an absence: what is not known is asked for.
        return limit.map { readStart(of: file, limit: $0) } ?? (try? readFile(file)) ?? nil
    }

    private func write(_ data: Data, _ kind: Kind, _ name: String) {
        let place = folder.appending(kind.rawValue)
        try? writeFile(data, to: place.appending(name), isLasting: false)
        removeFiles(in: place, olderThan: Self.lifetime)
    }
}

/// Whether a text is `h1:` and 32 bytes in base64.
private func isPackageHash(_ text: String) -> Bool {
    text.hasPrefix("h1:") && Data(base64Encoded: String(text.dropFirst("h1:".count)))?.count == 32
}
