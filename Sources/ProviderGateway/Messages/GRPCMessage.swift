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

    /// The beginning of such a text, when it is longer than that; no character is cut in pieces.
    ///
    /// - Parameter limit: in bytes.
    static func shortened(_ status: String, to limit: Int) -> String {
        let bytes = Array(status.utf8)
        guard bytes.count > limit else { return status }
        let ellipsis = Self.status("…")
        var end = limit - ellipsis.utf8.count
        // A digit of the first or the second place behind `%`.
        if let escape = bytes[max(0, end - 2)..<end].firstIndex(of: UInt8(ascii: "%")) { end = escape }
        // The bytes of a character behind its first one are 0x80 to 0xBF.
        while end >= 3, bytes[end] == UInt8(ascii: "%"), "89AB".utf8.contains(bytes[end + 1]) { end -= 3 }
        return String(decoding: bytes[..<end], as: UTF8.self) + ellipsis
    }

    /// The message in the body of a stream; nil when that is not exactly one whole message, uncompressed.
    static func only(in body: [UInt8]) -> [UInt8]? {
        guard body.count >= prefixLength, body[0] == 0 else { return nil }
        let length = body[1..<prefixLength].reduce(0) { $0 << 8 | Int($1) }
        return body.count == prefixLength + length ? Array(body[prefixLength...]) : nil
    }
}
