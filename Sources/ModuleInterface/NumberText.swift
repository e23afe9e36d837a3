/// Whether Terraform reads a text as a number: decimal, with an exponent of ten or (`p`) of two.
func isNumber(_ text: String) -> Bool {
    var rest = text.utf8[...]
    skip(&rest) { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    if ["inf", "Inf"].contains(String(Substring(rest))) { return true }
    var digits = skipDigits(&rest)
    if skip(&rest, where: { $0 == UInt8(ascii: ".") }) { digits += skipDigits(&rest) }
    if digits > 0, skip(&rest, where: { "eEpP".utf8.contains($0) }) {
        skip(&rest) { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
        // An exponent of eleven digits and more is past what Terraform can hold.
        guard (1...10).contains(skipDigits(&rest)) else { return false }
    }
    return digits > 0 && rest.isEmpty
}

private func skipDigits(_ rest: inout Substring.UTF8View) -> Int {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    rest.removeFirst(digits)
    return digits
}

@discardableResult
private func skip(_ rest: inout Substring.UTF8View, where isWanted: (UInt8) -> Bool) -> Bool {
    guard let first = rest.first, isWanted(first) else { return false }
    rest.removeFirst()
    return true
}
