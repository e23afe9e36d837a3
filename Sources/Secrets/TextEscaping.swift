/// How JSON, HCL, Go, shells and HTML write a text inside quotes.
enum TextEscaping {
    /// Every spelling, the text itself included.
    static func forms(of text: String) -> Set<String> {
        var forms: Set<String> = [text]
        let json = jsonForms(of: text)
        forms.formUnion(json)
        // JSON inside a JSON string, as in the output of a tool that logs JSON.
        for form in json where form != text { forms.formUnion(jsonForms(of: form)) }
        for form in json.union([goQuoted(text)]) {
            forms.insert(form)
            forms.insert(form.replacing("${", with: "$${").replacing("%{", with: "%%{"))
        }
        forms.insert(text.replacing("'", with: #"'\''"#))
        forms.insert(text.replacing("'", with: #"'"'"'"#))
        forms.insert(backslashed(text, Set("\\\"$`")))
        forms.insert(backslashed(text, Set("\\\"$`!'&|;<>()[]{}*?~#^= \t,")))
        forms.formUnion(htmlForms(of: text))
        return forms
    }

    /// The spellings that are encoded again as a whole: the text itself, and as it stands in JSON.
    static func carriedForms(of text: String) -> Set<String> {
        [text, json(text, JSONStyle(), uppercase: false), json(text, JSONStyle(html: true), uppercase: false)]
    }

    /// Plain, with Go's escapes for HTML, with `\/`, and with everything beyond ASCII as `\u`, in both cases.
    private static func jsonForms(of text: String) -> Set<String> {
        var forms: Set<String> = []
        for uppercase in [false, true] {
            for style in JSONStyle.all { forms.insert(json(text, style, uppercase: uppercase)) }
        }
        return forms
    }

    private struct JSONStyle {
        var html = false
        var ascii = false
        var slash = false
        /// Go wrote backspace and form feed as `\u0008` and `\u000c` before 1.22.
        var shortControls = true

        static let all: [JSONStyle] = [
            JSONStyle(), JSONStyle(html: true), JSONStyle(html: true, shortControls: false), JSONStyle(ascii: true),
            JSONStyle(html: true, ascii: true), JSONStyle(slash: true), JSONStyle(ascii: true, slash: true),
        ]
    }

    private static func json(_ text: String, _ style: JSONStyle, uppercase: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}" where style.shortControls: result += "\\b"
            case "\u{C}" where style.shortControls: result += "\\f"
            case "/" where style.slash: result += "\\/"
            case "<" where style.html, ">" where style.html, "&" where style.html, "\u{2028}" where style.html,
                "\u{2029}" where style.html:
                result += unicodeEscape(scalar, uppercase)
            case _ where scalar.value < 0x20 || (style.ascii && scalar.value >= 0x7F):
                result += unicodeEscape(scalar, uppercase)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func unicodeEscape(_ scalar: Unicode.Scalar, _ uppercase: Bool) -> String {
        scalar.utf16.reduce(into: "") { $0 += "\\u" + hexadecimal(UInt32($1), width: 4, uppercase: uppercase) }
    }

    /// Go's `%q`, with which Terraform prints strings.
    private static func goQuoted(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{7}": result += "\\a"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{B}": result += "\\v"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                result += "\\x" + hexadecimal(scalar.value, width: 2, uppercase: false)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func backslashed(_ text: String, _ special: Set<Character>) -> String {
        text.reduce(into: "") { result, character in
            if special.contains(character) { result.append("\\") }
            result.append(character)
        }
    }

    private static func htmlForms(of text: String) -> [String] {
        let common = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        return [
            common,
            common.replacing("\"", with: "&#34;").replacing("'", with: "&#39;"),
            common.replacing("\"", with: "&quot;").replacing("'", with: "&#x27;"),
            common.replacing("\"", with: "&quot;").replacing("'", with: "&apos;"),
            common.replacing("\"", with: "&quot;"),
        ]
    }

    private static func hexadecimal(_ value: UInt32, width: Int, uppercase: Bool) -> String {
        let digits = String(value, radix: 16, uppercase: uppercase)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
