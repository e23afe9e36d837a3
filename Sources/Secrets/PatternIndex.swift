/// Byte strings that are found together in one pass over a text.
///
/// Every pattern has at least ``prefixLength`` bytes. The first bytes of each are a key: a small bit filter turns nearly
/// every position away with one look, a dictionary leads from the key to the few patterns that begin so. That costs about
/// the same for a thousand patterns as for one, without the memory of an automaton.
struct PatternIndex: Sendable {
    static let prefixLength = 6
    private static let filterBits: UInt64 = 16

    private var filter = [UInt64](repeating: 0, count: 1 << (Int(filterBits) - 6))
    private var buckets: [UInt64: [[UInt8]]] = [:]

    var isEmpty: Bool { buckets.isEmpty }

    var all: [[UInt8]] { buckets.values.flatMap(\.self) }

    /// Adds a pattern; one that is shorter than the key or known already changes nothing.
    mutating func insert(_ pattern: [UInt8]) {
        guard pattern.count >= Self.prefixLength else { return }
        let key = pattern.withUnsafeBufferPointer { Self.key(of: $0, at: 0) }
        guard buckets[key]?.contains(pattern) != true else { return }
        buckets[key, default: []].append(pattern)
        let bit = Self.filterBit(of: key)
        filter[bit >> 6] |= 1 << UInt64(bit & 63)
    }

    /// The union of all occurrences, sorted and disjoint; those that overlap or touch are one range.
    func matches(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        guard bytes.count >= Self.prefixLength, !isEmpty else { return [] }
        var result: [Range<Int>] = []
        var key = Self.key(of: bytes, at: 0)
        for position in 0...(bytes.count - Self.prefixLength) {
            if position > 0 {
                key = (key << 8 | UInt64(bytes[position + Self.prefixLength - 1])) & 0xFFFF_FFFF_FFFF
            }
            let bit = Self.filterBit(of: key)
            guard filter[bit >> 6] & (1 << UInt64(bit & 63)) != 0, let candidates = buckets[key] else { continue }
            var end = 0
            for pattern in candidates where pattern.count > end && Self.occurs(pattern, in: bytes, at: position) {
                end = pattern.count
            }
            guard end > 0 else { continue }
            if let last = result.last, last.upperBound >= position {
                result[result.count - 1] = last.lowerBound..<max(last.upperBound, position + end)
            } else {
                result.append(position..<(position + end))
            }
        }
        return result
    }

    private static func occurs(_ pattern: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
        guard bytes.count - position >= pattern.count else { return false }
        for offset in prefixLength..<pattern.count where bytes[position + offset] != pattern[offset] { return false }
        return true
    }

    private static func key(of bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> UInt64 {
        var key: UInt64 = 0
        for offset in 0..<prefixLength { key = key << 8 | UInt64(bytes[position + offset]) }
        return key
    }

    private static func filterBit(of key: UInt64) -> Int {
        Int((key &* 0x9E37_79B9_7F4A_7C15) >> (64 - filterBits))
    }
}
