import NIOCore
import NIOHPACK
import NIOHTTP2
import Testing

@testable import ProviderGateway

@Suite struct ProviderAnswerTests {
    private func answer(_ message: [UInt8], trailers: HPACKHeaders?, keeping limit: Int = .max) -> ProviderAnswer {
        var answer = ProviderAnswer(keeping: limit)
        answer.add(.headers([":status": "200"], isEnd: false))
        for byte in GRPCMessage.framed(message) { answer.add(.data(ByteBuffer(bytes: [byte]), isEnd: false)) }
        if let trailers { answer.add(.headers(trailers, isEnd: true)) }
        return answer
    }

    @Test func `a message counts with a status that is no error, at the end`() {
        #expect(answer([1, 2, 3], trailers: ["grpc-status": "0"]).message == [1, 2, 3])
        #expect(answer([], trailers: ["grpc-status": "0"]).message == [])
        for trailers in [["grpc-status": "2"], ["grpc-message": "0"], [:], nil] as [HPACKHeaders?] {
            let answer = answer([], trailers: trailers)
            #expect(answer.message == nil && answer.hasEnded == (trailers != nil))
        }
    }

    @Test func `an answer that ends without headers has no status`() {
        var answer = ProviderAnswer()
        answer.add(.headers([":status": "200", "grpc-status": "0"], isEnd: false))
        answer.add(.data(ByteBuffer(bytes: GRPCMessage.framed([])), isEnd: true))
        #expect(answer.hasEnded && answer.message == nil)
    }

    @Test func `an answer of headers alone has ended, without a message`() {
        var answer = ProviderAnswer()
        answer.add(.headers([":status": "200", "grpc-status": "0"], isEnd: true))
        #expect(answer.hasEnded && answer.message == nil)
    }

    @Test func `a body that is longer than wanted gives no message`() {
        #expect(answer([1, 2, 3], trailers: ["grpc-status": "0"], keeping: 8).message == [1, 2, 3])
        #expect(answer([1, 2, 3], trailers: ["grpc-status": "0"], keeping: 6).message == nil)
    }
}

@Suite struct HeadersInOneFrameTests {
    @Test func `what fits is left as it is`() {
        let headers: HPACKHeaders = [
            "grpc-status": "2", "grpc-message": "why", "grpc-status-details-bin": "AAAA", "a": "b",
        ]
        #expect(headers.fittingOneFrame == headers)
    }

    @Test func `of what does not fit the status is left, with the beginning of its message`() {
        let long = String(repeating: "x", count: 20_000)
        let headers: HPACKHeaders = [
            ":status": "200", "content-type": "application/grpc", "grpc-status": "13", "grpc-message": long,
            "grpc-status-details-bin": long, "a": long,
        ]
        let short = headers.fittingOneFrame
        #expect(
            Array(short).map(\.name) == [":status", "content-type", "grpc-status", "grpc-message"])
        #expect(short.first(name: "grpc-message") == long.prefix(6135) + "%E2%80%A6")
        var details: HPACKHeaders = ["grpc-status": "13", "grpc-message": "why", "grpc-status-details-bin": long]
        details = details.fittingOneFrame
        #expect(details == ["grpc-status": "13", "grpc-message": "why"])
    }

    @Test func `whatever the characters are, it is one frame`() throws {
        // 19 bits each in the code of headers, which is the most for what may stand in one.
        let headers: HPACKHeaders = [
            "grpc-status": "13", "grpc-message": String(repeating: "\\", count: 200_000),
        ]
        var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
        var buffer = ByteBuffer()
        try encoder.encode(headers: headers.fittingOneFrame, to: &buffer)
        #expect(buffer.readableBytes < 1 << 14)
    }
}
