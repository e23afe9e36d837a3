import Cryptography
import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@Suite struct KeySourceTests {
    private let text = Data(repeating: 7, count: 32).base64EncodedString()

    @Test func `the environment's key may have whitespace around it`() throws {
        let key = try KeySource.environment(" \(text)\n").load(creating: false)
        #expect(try key.fingerprint == KeySource.environment(text).load(creating: false).fingerprint)
    }

    @Test func `a missing file is made once, for its owner only, and read from then on`() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending("key")
            let made = try KeySource.file(path).load(creating: true)
            let status = try Stat(path)
            #expect(status.permissions == .ownerReadWrite)
            #expect(status.linkCount == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.string) == ["key"])
            #expect(try KeySource.file(path).load(creating: true).fingerprint == made.fingerprint)
            #expect(try KeySource.file(path).load(creating: false).fingerprint == made.fingerprint)
            let content = try String(contentsOfFile: path.string, encoding: .utf8)
            #expect(try KeySource.environment(content).load(creating: false).fingerprint == made.fingerprint)
        }
    }

    @Test func `many that make it at once end up with one key`() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending("key")
            let fingerprints = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<50 { group.addTask { try KeySource.file(path).load(creating: true).fingerprint } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(fingerprints.count == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.string) == ["key"])
        }
    }

    @Test func `a missing file that was there before is not replaced`() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending("key")
            let error = #expect(throws: Diagnostic.self) { try KeySource.file(path).load(creating: false) }
            #expect(
                error?.message
                    == "The key file `\(path)` is missing, and what was sealed with it cannot be opened without it")
            #expect(!FileManager.default.fileExists(atPath: path.string))
        }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o601, 0o666] as [mode_t])
    func `a file that others can use is refused with the way out`(mode: mode_t) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending("key")
            try write(text, to: path, permissions: mode)
            let error = #expect(throws: Diagnostic.self) { try KeySource.file(path).load(creating: true) }
            #expect(
                error?.message == "The key file `\(path)` can be used by others: its mode is 0\(String(mode, radix: 8))"
            )
            #expect(error?.hint?.hasPrefix("`chmod 600 \(path)`") == true)
            #expect(error?.outcome == .refused)
        }
    }

    @Test(arguments: [0o600, 0o400] as [mode_t])
    func `a file that only its owner can use is read`(mode: mode_t) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending("key")
            try write(text, to: path, permissions: mode)
            let key = try KeySource.file(path).load(creating: false)
            #expect(try key.fingerprint == KeySource.environment(text).load(creating: false).fingerprint)
        }
    }

    @Test(arguments: ["", "c2hvcnQ=", "key: \(String(repeating: "A", count: 43))="])
    func `a file without a key in it is refused and left alone`(content: String) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending("key")
            try write(content, to: path)
            let error = #expect(throws: Diagnostic.self) { try KeySource.file(path).load(creating: true) }
            #expect(error?.message == "The encryption key in `\(path)` is not 32 bytes in base64")
            #expect(try String(contentsOfFile: path.string, encoding: .utf8) == content)
        }
    }

    @Test func `what is no regular file of a sensible size is refused`() async throws {
        try await withTemporaryDirectory { directory in
            try write(String(repeating: "A", count: 5000), to: directory.appending("long"))
            mkfifo(directory.appending("pipe").string, 0o600)
            for name in ["long", "pipe", "."] {
                let error = #expect(throws: Diagnostic.self) {
                    try KeySource.file(directory.appending(name)).load(creating: true)
                }
                #expect(error?.message.hasSuffix("is not a regular file with one key in it") == true)
            }
        }
    }

    @Test func `a folder that is missing is an error`() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending("absent").appending("key")
            let error = #expect(throws: Diagnostic.self) { try KeySource.file(path).load(creating: true) }
            #expect(error?.message == "The key file `\(path)` cannot be made: No such file or directory")
        }
    }
}
