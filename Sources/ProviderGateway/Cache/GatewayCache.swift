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

    /// The schema of the provider whose package has this hash, and the version of the protocol it was told in.
    func schema(ofProvider hash: String) -> (protocolVersion: Int, schema: ProviderSchema)? {
        tally.count(knownSchema(ofProvider: hash))
    }

    private func knownSchema(ofProvider hash: String) -> (protocolVersion: Int, schema: ProviderSchema)? {
        guard let data = read(.schemas, sha256(Data(hash.utf8))), let end = data.firstIndex(of: UInt8(ascii: "\n"))
        else {
            return nil
        }
        let words = String(decoding: data[..<end], as: UTF8.self).split(separator: " ")
        let bytes = data[data.index(after: end)...]
        guard words.count == 2, let version = Int(words[0]), sha256(bytes) == words[1],
            let schema = ProviderSchema([UInt8](bytes))
        else { return nil }
        return (version, schema)
    }

    func remember(_ schema: ProviderSchema, protocolVersion: Int, ofProvider hash: String) {
        let bytes = Data(schema.bytes)
        write(Data("\(protocolVersion) \(sha256(bytes))\n".utf8) + bytes, .schemas, sha256(Data(hash.utf8)))
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

    private func read(_ kind: Kind, _ name: String) -> Data? {
        let file = folder.appending(kind.rawValue).appending(name)
        guard let status = status(of: file), status.age < Self.lifetime else { return nil }
        // An error is no other case than an absence: what is not known is asked for.
        return (try? readFile(file)) ?? nil
    }

    private func write(_ data: Data, _ kind: Kind, _ name: String) {
        let place = folder.appending(kind.rawValue)
        try? writeFile(data, to: place.appending(name), isLasting: false)
        removeFiles(in: place, olderThan: Self.lifetime)
    }
}

/// The names of the files in a folder.
func names(in folder: FilePath) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
}

/// - Parameter age: of the last change, in seconds.
/// - Returns: how many bytes the files had that were removed.
@discardableResult
func removeFiles(in folder: FilePath, olderThan age: TimeInterval) -> Int {
    names(in: folder).reduce(0) { bytes, name in
        let file = folder.appending(name)
        guard let status = status(of: file), status.age >= age, unlink(file.string) == 0 else { return bytes }
        return bytes + Int(status.st_size)
    }
}

/// Nil when it is not there.
func status(of file: FilePath) -> stat? {
    var status = stat()
    return lstat(file.string, &status) == 0 ? status : nil
}

extension stat {
    /// Since the last change, in seconds.
    fileprivate var age: TimeInterval { Date().timeIntervalSince1970 - TimeInterval(st_mtim.tv_sec) }
}

/// Whether a text is `h1:` and 32 bytes in base64.
private func isPackageHash(_ text: String) -> Bool {
    text.hasPrefix("h1:") && Data(base64Encoded: String(text.dropFirst("h1:".count)))?.count == 32
}
