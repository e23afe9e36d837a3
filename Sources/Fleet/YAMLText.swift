/// The text as a double-quoted YAML scalar (YAML 1.2, 5.7 and 7.3.1), whatever is in it.
func yamlText(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
        case _ where scalar.value <= 0xFF: result += "\\x" + hexadecimal(scalar, digits: 2)
        case _ where scalar.value <= 0xFFFF: result += "\\u" + hexadecimal(scalar, digits: 4)
        default: result += "\\U" + hexadecimal(scalar, digits: 8)
        }
    }
    return result + "\""
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
    default: true
    }
}

private func hexadecimal(_ scalar: Unicode.Scalar, digits: Int) -> String {
    let text = String(scalar.value, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
}
