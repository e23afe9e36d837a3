package import Diagnostics
package import FoundationEssentials

extension TerraformState {
    /// A state file with another serial and not one other byte changed: what is decoded and written again loses digits
    /// of long numbers, and the order.
    ///
    /// - Throws: a `Diagnostic` when the file is no state, or its serial cannot be found.
    package static func replacingSerial(of file: Data, with serial: Int) throws(Diagnostic) -> Data {
        if try StateHeader.decode(file).serial == serial { return file }
        var bytes = [UInt8](file)
        guard let place = rangeOfValue(of: "serial", in: bytes) else { throw serialIsNotFound() }
        bytes.replaceSubrange(place, with: "\(serial)".utf8)
        let result = Data(bytes)
        // It was another before, so whoever reads it as the wanted one now reads what was replaced.
        guard try StateHeader.decode(result).serial == serial else { throw serialIsNotFound() }
        return result
    }
}

private func serialIsNotFound() -> Diagnostic {
    .error("the `serial` of the state cannot be found", outcome: .internalFailure)
}

/// Where the value of a member stands in the object that a JSON document is; nil when it has no such member, more than
/// one, or one whose value is an object or an array.
///
/// The key has to stand there as it is, without escapes. What is no JSON gives nothing of use, and no harm.
func rangeOfValue(of key: String, in document: [UInt8]) -> Range<Int>? {
    var scanner = MemberScanner(document)
    var found: Range<Int>?
    let key = Array(key.utf8)
    while let member = scanner.nextMember() {
        guard document[member.key].elementsEqual(key) else { continue }
        guard found == nil, let value = member.value else { return nil }
        found = value
    }
    return found
}

/// Goes through the members of a document's object without reading what they hold.
private struct MemberScanner {
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next text at depth 1 that a colon follows, without its quotes, and the scalar after it.
    mutating func nextMember() -> (key: Range<Int>, value: Range<Int>?)? {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let text = skipText()
                skipSpaces()
                guard depth == 1, index < bytes.count, bytes[index] == UInt8(ascii: ":") else { continue }
                index += 1
                return (text, skipScalar())
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            index += 1
        }
        return nil
    }

    /// Steps over a text, whose opening quote is here.
    private mutating func skipText() -> Range<Int> {
        index += 1
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(index, bytes.count)
        index = end + 1
        return start..<end
    }

    /// Steps over a number, a text or a word; over nothing, and gives nil, where an object or an array begins.
    private mutating func skipScalar() -> Range<Int>? {
        skipSpaces()
        guard index < bytes.count else { return nil }
        let start = index
        if bytes[index] == UInt8(ascii: "\"") {
            _ = skipText()
        } else {
            while index < bytes.count, !Self.ends.contains(bytes[index]) { index += 1 }
        }
        return start < index ? start..<min(index, bytes.count) : nil
    }

    private mutating func skipSpaces() {
        while index < bytes.count, Self.spaces.contains(bytes[index]) { index += 1 }
    }

    private static let spaces = Array(" \t\r\n".utf8)
    private static let ends = spaces + Array(",{}[]\"".utf8)
}
