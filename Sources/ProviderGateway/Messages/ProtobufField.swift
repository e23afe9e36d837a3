/// One field of a protobuf message, found without the message's description and without a look into the field.
///
/// Source of the format: https://protobuf.dev/programming-guides/encoding/
struct ProtobufField: Hashable, Sendable {
    let number: UInt64
    /// Where the whole field stands, with its tag.
    let range: Range<Int>
    let value: Value

    enum Value: Hashable, Sendable {
        case number(UInt64)
        /// A text, bytes or a message, by its place.
        case content(Range<Int>)
    }

    var content: Range<Int>? { if case .content(let range) = value { range } else { nil } }

    /// The fields of a message in their order; nil when the bytes are none.
    static func all(of message: ArraySlice<UInt8>) -> [ProtobufField]? {
        var reader = Reader(bytes: message)
        var fields: [ProtobufField] = []
        while !reader.isAtEnd {
            guard let field = reader.field() else { return nil }
            fields.append(field)
        }
        return fields
    }
}

private struct Reader {
    let bytes: ArraySlice<UInt8>
    private var position: Int

    init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position == bytes.endIndex }

    mutating func field() -> ProtobufField? {
        let start = position
        // A field's number has 29 bits, and is never 0.
        guard let tag = varint(), tag >> 3 > 0, tag <= UInt64(UInt32.max), let value = value(ofType: tag & 7) else {
            return nil
        }
        return ProtobufField(number: tag >> 3, range: start..<position, value: value)
    }

    private mutating func value(ofType type: UInt64) -> ProtobufField.Value? {
        switch type {
        case 0: varint().map { .number($0) }
        case 1: take(8).map { .number(littleEndian($0)) }
        case 2: varint().flatMap { take($0) }.map { .content($0) }
        case 5: take(4).map { .number(littleEndian($0)) }
        // Groups, which nobody makes any more, and what does not exist.
        default: nil
        }
    }

    /// At most ten bytes, of which the last holds a single bit.
    private mutating func varint() -> UInt64? {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < bytes.endIndex else { return nil }
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { return nil }
            result |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return result }
        }
        return nil
    }

    private mutating func take(_ count: UInt64) -> Range<Int>? {
        guard count <= UInt64(bytes.endIndex - position) else { return nil }
        defer { position += Int(count) }
        return position..<position + Int(count)
    }

    private func littleEndian(_ range: Range<Int>) -> UInt64 {
        bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
