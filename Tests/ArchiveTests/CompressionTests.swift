import Archive
import ChildProcess
import Diagnostics
import FoundationEssentials
import Testing

@Suite struct CompressionTests {
    @Test(arguments: [0, 1, 511, 512, 10_240, 131_072, 5_000_000])
    func `what was compressed comes back`(size: Int) throws {
        let bytes = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 / 7) })
        #expect(try decompress(compress(bytes), limit: size) == bytes)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `random bytes come back`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let size = Int.random(in: 1...300_000, using: &generator)
        let bytes = Data((0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) })
        #expect(try decompress(compress(bytes), limit: size) == bytes, "seed \(seed)")
    }

    @Test func `what was compressed already comes back compressed`() throws {
        let once = try compress(Data("compressed".utf8))
        let twice = try compress(once)
        #expect(try decompress(twice, limit: 1000) == once)
        #expect(try decompress(compress(twice), limit: 1000) == twice)
    }

    @Test func `the same bytes are compressed to the same, without padding`() throws {
        let bytes = Data(repeating: 7, count: 100_000)
        let compressed = try compress(bytes)
        #expect(try compress(bytes) == compressed)
        #expect(compressed.count < 100)
    }

    @Test func `more than allowed is refused`() throws {
        let compressed = try compress(Data(count: 1_000_000))
        let error = #expect(throws: Diagnostic.self) { try decompress(compressed, limit: 999_999) }
        #expect(error?.message == "Compressed data holds more than the 999999 bytes that are allowed")
    }

    @Test(arguments: [0, 1, 200, 200_000])
    func `every cut is noticed`(size: Int) throws {
        var generator = SeededGenerator(seed: 1)
        let bytes = Data((0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) })
        let compressed = try compress(bytes)
        for count in stride(from: 0, to: compressed.count, by: max(1, compressed.count / 300)) {
            #expect(throws: Diagnostic.self, "\(count) of \(compressed.count) bytes") {
                try decompress(compressed.prefix(count), limit: size)
            }
        }
        #expect(throws: Diagnostic.self) { try decompress(compressed.dropLast(), limit: size) }
    }

    @Test(arguments: ["", "plain text", "\u{1F}\u{8B}", "(\u{B5}/"])
    func `what is not compressed is no data`(text: String) {
        let error = #expect(throws: Diagnostic.self) { try decompress(Data(text.utf8), limit: 1000) }
        #expect(error?.message == "The data is not compressed with Zstandard")
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `damaged data is an error or other data, never a crash`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var compressed = try compress(Data((0..<2000).map { UInt8(truncatingIfNeeded: $0 * $0 / 5) }))
        let index = Int.random(in: 0..<compressed.count, using: &generator)
        compressed[index] = UInt8.random(in: 0...255, using: &generator)
        _ = try? decompress(compressed, limit: 100_000)
    }
}
