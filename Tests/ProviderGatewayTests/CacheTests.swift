import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import ProviderGateway

@Suite struct CacheTests {
    private let validation = Validation(
        provider: "h1:a", protocolVersion: 5, request: [10, 1, 7], environment: "here")

    @Test func `a yes is remembered for just that question`() async throws {
        try await withFolder { folder in
            let cache = try GatewayCache(folder: folder.appending("cache"))
            #expect(!cache.isKnownValid(validation))
            cache.rememberValid(validation)
            #expect(cache.isKnownValid(validation))
            let others = [
                Validation(provider: "h1:b", protocolVersion: 5, request: [10, 1, 7], environment: "here"),
                Validation(provider: "h1:a", protocolVersion: 6, request: [10, 1, 7], environment: "here"),
                Validation(provider: "h1:a", protocolVersion: 5, request: [10, 1, 8], environment: "here"),
                Validation(provider: "h1:a", protocolVersion: 5, request: [10, 1, 7], environment: "there"),
            ]
            for other in others { #expect(!cache.isKnownValid(other)) }
            for other in others { cache.rememberValid(other) }
            #expect(try validations(folder.appending("cache")).count == 5)
        }
    }

    @Test func `the request is kept nowhere`() async throws {
        try await withFolder { folder in
            let cache = try GatewayCache(folder: folder)
            let secret = "a-secret-key"
            cache.rememberValid(
                Validation(
                    provider: "h1:a", protocolVersion: 5, request: Message.text(1, secret), environment: "here"))
            let files = FileManager.default.subpaths(atPath: folder.string) ?? []
            #expect(files.count == 6)
            for file in files where file != "key" {
                #expect(!file.contains(secret))
                #expect((FileManager.default.contents(atPath: "\(folder)/\(file)") ?? Data()).isEmpty)
            }
        }
    }

    @Test func `without the cache's key nobody can try out what a request was`() async throws {
        try await withFolder { folder in
            var names: [String] = []
            for name in ["one", "other"] {
                let place = folder.appending(name)
                try GatewayCache(folder: place).rememberValid(validation)
                names += try validations(place)
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(place)/key")
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
            #expect(Set(names).count == 2)
        }
    }

    @Test func `processes that make a cache at once have one key`() async throws {
        try await withFolder { folder in
            let caches = try await withThrowingTaskGroup(of: GatewayCache.self) { group in
                for _ in 1...16 { group.addTask { try GatewayCache(folder: folder) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            caches[0].rememberValid(validation)
            for cache in caches { #expect(cache.isKnownValid(validation)) }
        }
    }

    @Test(arguments: [("", 0o600), ("no key", 0o600), (nil, 0o644)] as [(String?, Int)])
    func `a key that is damaged or known to others is replaced, and what it named is asked for again`(
        text: String?, permissions: Int
    ) async throws {
        try await withFolder { folder in
            try GatewayCache(folder: folder).rememberValid(validation)
            if let text { try folder.write(text, to: "key") }
            chmod(folder.appending("key").string, mode_t(permissions))
            let cache = try GatewayCache(folder: folder)
            #expect(!cache.isKnownValid(validation))
            cache.rememberValid(validation)
            #expect(try GatewayCache(folder: folder).isKnownValid(validation))
        }
    }

    /// The names of what is known to be valid.
    private func validations(_ folder: FilePath) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/validations")
    }

    @Test func `protocol 5 gives the configuration back, protocol 6 nothing`() {
        #expect(validation.pureYes == [10, 1, 7])
        let other = Validation(provider: "", protocolVersion: 6, request: [10, 1, 7], environment: "")
        #expect(other.pureYes == [])
    }

    @Test func `what differs from run to run is not in the environment's digest, everything else is`() {
        let environment = ["AWS_REGION": "eu-west-1", "STACK_RUN_ID": "1", "TMPDIR": "/tmp/1", "PWD": "/a"]
        func digest(_ changes: [String: String]) -> String {
            Validation.digest(of: environment.merging(changes) { $1 })
        }
        let usual = digest([:])
        #expect(digest(["STACK_RUN_ID": "2", "TMPDIR": "/tmp/2", "PWD": "/b", "SHLVL": "3"]) == usual)
        #expect(Set([usual, digest(["AWS_REGION": "eu-west-2"]), digest(["AWS_PROFILE": ""])]).count == 3)
    }

    @Test func `a schema comes back with its protocol, and a damaged one is as none`() async throws {
        try await withFolder { folder in
            let cache = try GatewayCache(folder: folder)
            let schema = try #require(ProviderSchema(SchemaTests.example))
            cache.remember(schema, protocolVersion: 6, ofProvider: "h1:a")
            let summary = try #require(cache.schemaSummary(ofProvider: "h1:a"))
            #expect(summary.protocolVersion == 6 && summary.isOptional)
            #expect(cache.schema(ofProvider: "h1:a") == schema)
            #expect(cache.schemaSummary(ofProvider: "h1:b") == nil && cache.schema(ofProvider: "h1:b") == nil)
            let file = folder.appending("schemas").appending(
                try FileManager.default.contentsOfDirectory(atPath: "\(folder)/schemas")[0])
            let whole = try #require(FileManager.default.contents(atPath: file.string))
            for damaged in [
                whole.dropLast(), whole + [0], Data(), Data("6\n".utf8), Data("5".utf8) + whole.dropFirst(2),
            ] {
                try Data(damaged).write(to: URL(fileURLWithPath: file.string))
                #expect(cache.schema(ofProvider: "h1:a") == nil)
            }
        }
    }

    @Test func `the folder is for its owner alone`() async throws {
        try await withFolder { folder in
            let place = folder.appending("cache/stack")
            _ = try GatewayCache(folder: place)
            for path in [place, place.appending("schemas")] {
                #expect(
                    try FileManager.default.attributesOfItem(atPath: path.string)[.posixPermissions] as? Int == 0o700)
            }
            chmod(place.string, 0o777)
            #expect(throws: (any Error).self) { try GatewayCache(folder: place) }
            #expect(throws: (any Error).self) { try GatewayCache(folder: "/proc/nowhere") }
        }
    }

    @Test(
        arguments: [
            (["XDG_CACHE_HOME": "/c", "HOME": "/h"], "/c/stack"), (["HOME": "/h"], "/h/.cache/stack"),
            (["XDG_CACHE_HOME": "c", "HOME": "/h"], "/h/.cache/stack"), (["HOME": ""], nil), ([:], nil),
        ] as [([String: String], String?)])
    func `the cache is where caches are`(environment: [String: String], place: String?) {
        #expect(GatewayCache.defaultFolder(environment: environment)?.string == place)
    }

    @Test(arguments: [(29, true), (30, false), (366, false)])
    func `what was learned more than thirty days ago is not known, and goes with the next that is learned`(
        days: Int, isKnown: Bool
    ) async throws {
        try await withFolder { folder in
            let cache = try GatewayCache(folder: folder)
            let hash = "h1:" + Data(repeating: 7, count: 32).base64EncodedString()
            cache.rememberValid(validation)
            cache.rememberPackage(hash: hash, fingerprint: "f")
            cache.remember(
                try #require(ProviderSchema(SchemaTests.example)), protocolVersion: 6, ofProvider: "h1:a")
            for file in FileManager.default.subpaths(atPath: folder.string) ?? [] {
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -Double(days) * 24 * 3600)],
                    ofItemAtPath: "\(folder)/\(file)")
            }
            #expect(cache.isKnownValid(validation) == isKnown)
            #expect(cache.packageHash(ofFingerprint: "f") == (isKnown ? hash : nil))
            #expect((cache.schema(ofProvider: "h1:a") != nil) == isKnown)
            cache.rememberValid(Validation(provider: "", protocolVersion: 6, request: [], environment: ""))
            #expect(try validations(folder).count == (isKnown ? 2 : 1))
        }
    }
}

@Suite struct PackageMemoryTests {
    /// A package, and a cache that knows it.
    private func known(_ folder: FilePath) async throws -> (cache: GatewayCache, package: FilePath, hash: String) {
        let package = folder.appending("package")
        try package.write("program", to: "terraform-provider-a")
        try package.write("licence", to: "LICENSE")
        let cache = try GatewayCache(folder: folder.appending("cache"))
        try await eventually("the package has rested") { try PackageFingerprint(ofPackage: package).isSettled }
        return (cache, package, try cache.packageHash(of: package, expecting: []))
    }

    private func remembered(_ cache: GatewayCache, _ package: FilePath) throws -> String? {
        cache.packageHash(ofFingerprint: try PackageFingerprint(ofPackage: package).hexadecimal)
    }

    @Test func `a package is hashed once, and not at all when it was changed just now`() async throws {
        try await withFolder { folder in
            let (cache, package, hash) = try await known(folder)
            #expect(try remembered(cache, package) == hash)
            // What is remembered is believed: nothing is read again.
            let told = "h1:" + Data(repeating: 7, count: 32).base64EncodedString()
            cache.rememberPackage(hash: told, fingerprint: try PackageFingerprint(ofPackage: package).hexadecimal)
            #expect(try cache.packageHash(of: package, expecting: [hash, told]) == told)
            // Unless it is not what the package should have.
            #expect(try cache.packageHash(of: package, expecting: [hash]) == hash)
            #expect(try remembered(cache, package) == hash)
            try package.write("another", to: "README")
            #expect(try cache.packageHash(of: package, expecting: [hash]) != hash)
            #expect(try remembered(cache, package) == nil)
        }
    }

    @Test(arguments: ["", "h1:", "h1:AAAA", "zh:", "h1"])
    func `what is no hash of a package is as nothing`(damage: String) async throws {
        try await withFolder { folder in
            let (cache, package, hash) = try await known(folder)
            let text = damage == "zh:" || damage == "h1" ? damage + hash.dropFirst(3) : damage
            cache.rememberPackage(hash: text, fingerprint: try PackageFingerprint(ofPackage: package).hexadecimal)
            #expect(try remembered(cache, package) == nil)
            #expect(try cache.packageHash(of: package, expecting: [text]) == hash)
            #expect(try remembered(cache, package) == hash)
        }
    }

    @Test(arguments: Change.allCases)
    func `whatever changes, it is hashed again`(change: Change) async throws {
        try await withFolder { folder in
            let (cache, package, hash) = try await known(folder)
            let program = package.appending("terraform-provider-a").string
            let before = try FileManager.default.attributesOfItem(atPath: program)
            switch change {
            case .sameSizeAndTime:
                // Its time of modification is set back; the kernel's own time of change cannot be.
                try package.write("PROGRAM", to: "terraform-provider-a")
                try FileManager.default.setAttributes(
                    [.modificationDate: before[.modificationDate] as Any], ofItemAtPath: program)
            case .otherFile: try package.write("LICENCE", to: "LICENSE")
            case .replaced:
                try package.write("PROGRAM", to: "new")
                rename(package.appending("new").string, program)
            case .touched: try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: program)
            case .link:
                try folder.write("PROGRAM", to: "elsewhere")
                unlink(program)
                symlink(folder.appending("elsewhere").string, program)
            }
            #expect(try remembered(cache, package) == nil)
            #expect(try (cache.packageHash(of: package, expecting: [hash]) == hash) == (change == .touched))
        }
    }

    enum Change: CaseIterable {
        case sameSizeAndTime, otherFile, replaced, touched, link
    }

    @Test func `another copy is hashed by itself`() async throws {
        try await withFolder { folder in
            let (cache, package, hash) = try await known(folder)
            let copy = folder.appending("copy")
            try FileManager.default.copyItem(atPath: package.string, toPath: copy.string)
            #expect(try remembered(cache, copy) == nil)
            #expect(try cache.packageHash(of: copy, expecting: [hash]) == hash)
        }
    }
}
