/// How gRPC puts a message on a stream: a byte that says whether it is compressed, its length in four bytes, the message.
///
/// Source of the format: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
enum GRPCMessage {
    static let prefixLength = 5

    static func framed(_ message: [UInt8]) -> [UInt8] {
        let length = UInt32(message.count)
        return [0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + message
    }

    /// A text as the header `grpc-message` takes it: what is not visible ASCII as `%` and two digits.
    static func status(_ text: String) -> String {
        text.utf8.map { byte in
            if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "%") { return String(UnicodeScalar(byte)) }
            return "%" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    /// The message in the body of a stream; nil when that is not exactly one whole message, uncompressed.
    static func only(in body: [UInt8]) -> [UInt8]? {
        guard body.count >= prefixLength, body[0] == 0 else { return nil }
        let length = body[1..<prefixLength].reduce(0) { $0 << 8 | Int($1) }
        return body.count == prefixLength + length ? Array(body[prefixLength...]) : nil
    }
}
