extension String {
    /// Where a text stands in this one, without overlaps, in bytes. Texts are compared as bytes: to Swift a line feed
    /// behind a carriage return is no character of its own. Takes time in proportion to both (Knuth, Morris and Pratt).
    func occurrences(of pattern: String, atMost most: Int = .max) -> [Int] {
        let (text, pattern) = (Array(utf8), Array(pattern.utf8))
        guard !pattern.isEmpty else { return most > 0 ? [0] : [] }
        let fallbacks = Self.fallbacks(of: pattern)
        var found: [Int] = []
        var matched = 0
        for (position, byte) in text.enumerated() where found.count < most {
            while matched > 0, pattern[matched] != byte { matched = fallbacks[matched - 1] }
            if pattern[matched] == byte { matched += 1 }
            guard matched == pattern.count else { continue }
            found.append(position + 1 - matched)
            matched = 0
        }
        return found
    }

    /// For each prefix, how much of its end is its own beginning.
    private static func fallbacks(of pattern: [UInt8]) -> [Int] {
        var fallbacks = [0]
        for byte in pattern.dropFirst() {
            var length = fallbacks[fallbacks.count - 1]
            while length > 0, pattern[length] != byte { length = fallbacks[length - 1] }
            fallbacks.append(pattern[length] == byte ? length + 1 : 0)
        }
        return fallbacks
    }

    /// What stands between the occurrences of a text that is not empty; empty pieces are kept.
    func pieces(separatedBy separator: String, atMost most: Int = .max) -> [String] {
        let text = Array(utf8)
        var pieces: [String] = []
        var start = 0
        for position in occurrences(of: separator, atMost: most == .max ? most : most - 1) {
            pieces.append(String(decoding: text[start..<position], as: UTF8.self))
            start = position + separator.utf8.count
        }
        return pieces + [String(decoding: text[start...], as: UTF8.self)]
    }
}
