import Diagnostics
import Foundation
import ModuleInterface
import SourceTree
import TestSupport
import Testing

/// Real modules with bytes changed, dropped, doubled and moved: reading them ends, with an interface or with problems.
@Suite struct MutationTests {
    @Test(arguments: ["tricky/native/main.tf", "tricky/json/main.tf.json"])
    func `no mutation of a module crashes the reader or loops`(path: String) throws {
        let original = [UInt8](try fixtures.contents(of: path))
        let name = path.hasSuffix(".json") ? "main.tf.json" : "main.tf"
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        var readable = 0
        for _ in 0..<500 {
            let mutated = mutate(original, using: &generator)
            do throws(DiagnosticList) {
                _ = try ModuleInterface.read(folder: "", in: MemoryTree(bytes: [name: Data(mutated)]))
                readable += 1
            } catch {
                let first = try #require(error.diagnostics.first, "seed \(seed)")
                let location = try #require(first.location, "seed \(seed)")
                let lines = mutated.count { $0 == UInt8(ascii: "\n") } + 1
                #expect(location.line <= lines && location.column >= 1 && location.length >= 1, "seed \(seed)")
            }
        }
        #expect(readable < 500, "seed \(seed): the mutations change nothing")
    }

    @Test func `a cut at any byte is read or refused`() throws {
        let original = try fixtures.contents(of: "tricky/native/main.tf")
        for length in 0..<original.count {
            _ = try? ModuleInterface.read(folder: "", in: MemoryTree(bytes: ["main.tf": original.prefix(length)]))
        }
    }

    private func mutate(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        let pieces = [
            "{", "}", "\"", "${", "%{", "<<EOT\n", "EOT\n", "/*", "*/", "\\", "\r\n", "(", "]", "=", "\n", ",",
        ]
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            let end = min(bytes.count, index + Int.random(in: 0...40, using: &generator))
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[index] = UInt8.random(in: 0...127, using: &generator)
            case 1: bytes.removeSubrange(index..<end)
            case 2:
                bytes.insert(
                    contentsOf: Array(bytes[index..<end]), at: Int.random(in: 0..<bytes.count, using: &generator))
            default: bytes.insert(contentsOf: pieces.randomElement(using: &generator)?.utf8 ?? "".utf8, at: index)
            }
            if bytes.isEmpty { bytes = [0x20] }
        }
        return bytes
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
