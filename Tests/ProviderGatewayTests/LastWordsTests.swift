import Foundation
import Testing

@testable import ProviderGateway

@Suite struct LastWordsTests {
    private func words(_ text: String, inPiecesOf size: Int) -> LastWords {
        var words = LastWords()
        var rest = Data(text.utf8)
        while !rest.isEmpty {
            words.append(Data(rest.prefix(size)))
            rest = Data(rest.dropFirst(size))
        }
        return words
    }

    @Test(arguments: [1, 2, 7, 64, 10_000])
    func `the last line and the trace of a crash are kept, however they come`(size: Int) {
        let log = "a line of a log\npanic is no crash\n"
        let trace = "panic: no mark is left\n\ngoroutine 1 [running]:\nmain.main()"
        let crashed = words(log + trace + "\n", inPiecesOf: size)
        #expect(crashed.trace == trace && crashed.line == "main.main()")
        let quiet = words(log + "no licence\n\n", inPiecesOf: size)
        #expect(quiet.trace == nil && quiet.line == "no licence")
        #expect(words(log + "fatal error: out of memory\n", inPiecesOf: size).trace == "fatal error: out of memory")
        #expect(words("", inPiecesOf: size).line == "")
    }

    @Test func `a line without an end, and a trace without one, do not grow without limit`() {
        var words = LastWords()
        for _ in 1...100 { words.append(Data(repeating: UInt8(ascii: "x"), count: 100_000)) }
        words.append(Data("\npanic: a\n".utf8))
        #expect(words.line == "panic: a")
        for _ in 1...100 { words.append(Data(String(repeating: "y", count: 100_000).utf8) + Data("\n".utf8)) }
        #expect((words.trace ?? "").utf8.count < 400_000)
    }
}
