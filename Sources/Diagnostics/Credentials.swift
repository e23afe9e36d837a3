/// `text` without the user names, passwords and tokens of the URLs in it: `https://token@host/` becomes `https://…@host/`.
package func withoutCredentials(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let scheme = rest.firstRange(of: "://") {
        result += rest[..<scheme.upperBound]
        rest = rest[scheme.upperBound...]
        let authority = rest.prefix { !$0.isWhitespace && !"/?#'\"`".contains($0) }
        if let at = authority.lastIndex(of: "@") {
            result += "…"
            rest = rest[at...]
        }
    }
    return result + rest
}
