/// Finds whatever could be the name of a type in the text of configurations and states.
enum IdentifierScanner {
    static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Adds every run of letters, digits and underscores.
    static func add(_ text: [UInt8], to names: inout Set<String>) {
        text.withUnsafeBufferPointer { text in
            var start: Int?
            for index in 0...text.count {
                if index < text.count, isPart(text[index]) {
                    start = start ?? index
                } else if let first = start {
                    names.insert(String(decoding: text[first..<index], as: UTF8.self))
                    start = nil
                }
            }
        }
    }
}
