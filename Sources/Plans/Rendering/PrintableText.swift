/// Text from a plan or a provider, made safe to print: nothing of it can move the cursor, recolour the screen or turn
/// the direction of what follows.
enum PrintableText {
    /// In double quotes, with the escapes of Terraform's own output.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default: append(scalar, to: &result)
            }
        }
        return result + "\""
    }

    /// One line without quotes; tabs stay.
    static func line(_ text: some StringProtocol) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\t": result.append("\t")
            case "\n": result += "\\n"
            default: append(scalar, to: &result)
            }
        }
    }

    /// Bare where HCL allows it, else in quotes.
    static func name(_ name: String) -> String {
        let isIdentifier =
            name.unicodeScalars.first.map { $0.properties.isIDStart || $0 == "_" } == true
            && name.unicodeScalars.allSatisfy { $0.properties.isIDContinue || $0 == "-" }
        return isIdentifier ? name : quoted(name)
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
        switch scalar {
        case "\u{7}": result += "\\a"
        case "\u{8}": result += "\\b"
        case "\u{B}": result += "\\v"
        case "\u{C}": result += "\\f"
        case "\r": result += "\\r"
        case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\\x" + hexadecimal(scalar.value, width: 2)
        case _ where !isPrintable(scalar):
            result +=
                scalar.value > 0xFFFF
                ? "\\U" + hexadecimal(scalar.value, width: 8) : "\\u" + hexadecimal(scalar.value, width: 4)
        default: result.unicodeScalars.append(scalar)
        }
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return false
        default: return true
        }
    }

    private static func hexadecimal(_ value: UInt32, width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
