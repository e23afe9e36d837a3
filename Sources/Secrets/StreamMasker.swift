package import FoundationEssentials

/// Masks text that arrives in pieces: what could be the beginning of a secret is held back until the next piece decides.
///
/// Pieces may be cut anywhere, also inside a character.
package struct StreamMasker: Sendable {
    private let patterns: PatternIndex
    /// Sorted, so that one binary search tells whether some pattern begins with given bytes.
    private let sortedPatterns: [[UInt8]]
    private var held: [UInt8] = []

    package init(_ secrets: SecretValues) {
        patterns = secrets.patterns
        sortedPatterns = patterns.all.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// The part of everything given so far that is certain by now, masked.
    package mutating func mask(_ chunk: Data) -> Data {
        held.append(contentsOf: chunk)
        return release(holdingBack: true)
    }

    /// What was held back, masked. The masker is then as new.
    package mutating func finish() -> Data {
        release(holdingBack: false)
    }

    private mutating func release(holdingBack: Bool) -> Data {
        let (output, end) = held.withUnsafeBufferPointer { bytes in
            let matches = patterns.matches(in: bytes)
            let end = holdingBack ? firstUndecided(in: bytes, matches: matches) : bytes.count
            return (SecretValues.replacing(matches, in: bytes, upTo: end), end)
        }
        held.removeFirst(end)
        return Data(output)
    }

    /// The first position from which on nothing may be given out yet: a pattern may begin there and end in the next
    /// piece. A match that reaches to it or beyond it is held as a whole, since the two may turn out to be one.
    private func firstUndecided(in bytes: UnsafeBufferPointer<UInt8>, matches: [Range<Int>]) -> Int {
        var undecided = bytes.count
        for position in max(0, bytes.count - patterns.longest + 1)..<max(bytes.count, 1)
        where position < bytes.count && isPrefix(bytes[position...]) {
            undecided = position
            break
        }
        for match in matches.reversed() where match.upperBound >= undecided {
            undecided = min(undecided, match.lowerBound)
        }
        return undecided
    }

    private func isPrefix(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var low = 0
        var high = sortedPatterns.count
        while low < high {
            let middle = (low + high) / 2
            if sortedPatterns[middle].lexicographicallyPrecedes(bytes) { low = middle + 1 } else { high = middle }
        }
        return low < sortedPatterns.count && sortedPatterns[low].starts(with: bytes)
    }
}
