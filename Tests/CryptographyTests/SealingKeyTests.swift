import Cryptography
import Diagnostics
import FoundationEssentials
import Testing

@Suite struct SealingKeyTests {
    private let key: SealingKey
    private let context = Data("stack/run/1".utf8)

    init() throws {
        key = try SealingKey(base64: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", source: "test")
    }

    /// The values were computed with Python's hmac and cryptography: others would make stored data worthless.
    @Test func `the formats stay what they are`() throws {
        #expect(key.fingerprint == "1ab60d2e626c8cf6")
        #expect(
            key.keyedDigest(of: Data("value".utf8))
                == "ac726e14f175b72e87961c9f2a9b99f67c278d34eafdacf9f6d89faff8daa892")
        let sealed = data(
            hexadecimal: "01000102030405060708090a0b714fb4cefca265d507494e4c0e6a1e58feafcee61aa4da13d7")
        #expect(try key.open(sealed, associated: context) == Data("the state".utf8))
    }

    @Test(arguments: [0, 1, 15, 16, 17, 1 << 20])
    func `what was sealed opens again`(size: Int) throws {
        let plaintext = Data((0..<size).map { UInt8(truncatingIfNeeded: $0) })
        let sealed = try key.seal(plaintext, associated: context)
        #expect(sealed.count == size + 29)
        #expect(try key.open(sealed, associated: context) == plaintext)
    }

    @Test func `the same plaintext is sealed differently every time`() throws {
        let sealed = try (0..<100).map { _ in try key.seal(Data("state".utf8), associated: context) }
        #expect(Set(sealed).count == 100)
    }

    @Test func `a slice opens as well as the whole`() throws {
        let sealed = try key.seal(Data("state".utf8), associated: context)
        let padded = Data([9, 9]) + sealed + Data([9])
        #expect(try key.open(padded.dropFirst(2).dropLast(), associated: context.dropFirst(0)) == Data("state".utf8))
    }

    @Test func `every changed bit is noticed`() throws {
        let sealed = try key.seal(Data("state".utf8), associated: context)
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << bit
                #expect(throws: Diagnostic.self, "byte \(index), bit \(bit)") {
                    try key.open(changed, associated: context)
                }
            }
        }
    }

    @Test func `every cut is noticed`() throws {
        let sealed = try key.seal(Data("state".utf8), associated: context)
        for count in 0..<sealed.count {
            #expect(throws: Diagnostic.self, "\(count) bytes") {
                try key.open(sealed.prefix(count), associated: context)
            }
        }
        #expect(throws: Diagnostic.self) { try key.open(sealed + [0], associated: context) }
    }

    @Test func `another place does not open it`() throws {
        let sealed = try key.seal(Data("state".utf8), associated: context)
        for other in ["", "stack/run/2", "stack/run/1 "] {
            #expect(throws: Diagnostic.self) { try key.open(sealed, associated: Data(other.utf8)) }
        }
    }

    @Test func `another key does not open it, and the message names which was tried`() throws {
        let sealed = try key.seal(Data("state".utf8), associated: context)
        let other = try SealingKey(base64: Data(repeating: 7, count: 32).base64EncodedString(), source: "test")
        let error = #expect(throws: Diagnostic.self) { try other.open(sealed, associated: context) }
        #expect(
            error?.message
                == "Sealed data cannot be opened with the key `\(other.fingerprint)`: it was changed, moved, or sealed with another key"
        )
        #expect(other.fingerprint != key.fingerprint)
        #expect(other.keyedDigest(of: context) != key.keyedDigest(of: context))
    }

    @Test func `a later format is told apart`() throws {
        var sealed = try key.seal(Data("state".utf8), associated: context)
        sealed[0] = 2
        let error = #expect(throws: Diagnostic.self) { try key.open(sealed, associated: context) }
        #expect(error?.message == "Sealed data is cut short, or was written by a newer version of stack")
    }

    @Test(arguments: [
        "", "c2hvcnQ=", "not base64!", String(repeating: "A", count: 44),
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISI=",
    ])
    func `what is not 32 bytes is refused without being repeated`(text: String) {
        let error = #expect(throws: Diagnostic.self) { try SealingKey(base64: text, source: "STACK_ENCRYPTION_KEY") }
        #expect(error?.message == "The encryption key in `STACK_ENCRYPTION_KEY` is not 32 bytes in base64")
        #expect(error?.hint == "`openssl rand -base64 32` makes one")
    }

    @Test func `a key does not show itself`() throws {
        var dumped = ""
        dump(key, to: &dumped)
        for text in [dumped, "\(key)", String(reflecting: key)] {
            #expect(text.contains(key.fingerprint))
            #expect(!text.contains("sealing"))
        }
    }
}
