import Diagnostics

/// Text that is not UTF-8, and characters that YAML does not allow, each with its place; empty for a good file.
///
/// At most ten are named: a binary file has thousands.
func characterProblems(in text: SourceText, file: String) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    let bytes = text.bytes
    var offset = 0
    while offset < bytes.count, problems.count < 10 {
        if isAllowedASCII(bytes[offset]) {
            offset += 1
            continue
        }
        let (length, message) = problemOrLength(of: bytes, at: offset)
        if let message {
            let place = text.position(ofByte: offset)
            problems.append(.error(message, at: SourceLocation(file: file, line: place.line, column: place.column)))
        }
        offset += length
    }
    return problems
}

/// How many bytes the character at `offset` takes, and what is wrong with it.
private func problemOrLength(of bytes: [UInt8], at offset: Int) -> (length: Int, message: String?) {
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes[offset...].makeIterator()
    switch parser.parseScalar(from: &rest) {
    case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        let message = "the control character U+\(hexadecimal(scalar.value, digits: 4)) is not allowed"
        return (encoded.count, isAllowed(scalar) ? nil : message)
    case .error(let length):
        let byte = hexadecimal(UInt32(bytes[offset]), digits: 2)
        return (length, "the file is not UTF-8: the byte 0x\(byte) cannot stand here")
    case .emptyInput:
        return (1, nil)
    }
}

private func isAllowedASCII(_ byte: UInt8) -> Bool {
    (0x20...0x7E).contains(byte) || byte == 0x0A || byte == 0x0D || byte == 0x09
}

/// The printable set of YAML 1.1 beyond ASCII, without the byte order mark inside a text, which nobody sees.
private func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
}

private func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
