/// The text with everything visible that could move the cursor, hide text or reverse its order: control characters,
/// escape sequences, line breaks, bidirectional overrides and invisible format characters become `\n`, `\u{1b}`, ….
///
/// Tabs stay; so do the joiners (U+200C, U+200D) that some scripts and emoji need.
package func sanitized(_ text: String) -> String {
    // Nearly all text is printable ASCII and is returned as it is.
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x09 }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        if isHarmless(scalar) { result.unicodeScalars.append(scalar) } else { result += escape(scalar) }
    }
    return result
}

/// A JSON document in which the same characters are written as `\u` escapes: equal for whoever reads it, harmless on a
/// terminal. Line breaks between its parts stay.
package func sanitized(json: String) -> String {
    // Below U+0020 only such line breaks are left: inside strings JSON escapes them itself.
    if json.utf8.allSatisfy({ $0 < 0x7F }) { return json }
    var result = ""
    for scalar in json.unicodeScalars {
        if scalar.value < 0x20 || isHarmless(scalar) {
            result.unicodeScalars.append(scalar)
        } else {
            for unit in scalar.utf16 {
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
    }
    return result
}

private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control: scalar == "\t"
    case .format: scalar == "\u{200C}" || scalar == "\u{200D}"
    case .lineSeparator, .paragraphSeparator: false
    default: true
    }
}

private func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    default: "\\u{\(String(scalar.value, radix: 16))}"
    }
}
