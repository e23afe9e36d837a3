package import Diagnostics

/// Whether git may be given a text as the place of a repository.
///
/// - Throws: a `Diagnostic` when git would take it for an option or run a program that it names, and for an address
///   without encryption on another machine.
package func checkGitURL(_ url: String) throws(Diagnostic) {
    func refused(_ reason: String, hint: String? = nil) -> Diagnostic {
        .error("`\(withoutCredentials(url))` is not fetched: \(reason)", hint: hint, outcome: .refused)
    }
    guard !url.isEmpty, !url.hasPrefix("-") else { throw refused("git would take it for an option") }
    guard !url.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
        throw refused("it has a control character in it")
    }
    let head = url.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+" || $0 == "-" || $0 == ".") }
    let rest = url.dropFirst(head.count)
    guard !rest.hasPrefix("::") else { throw refused("`\(head)::` makes git run a program") }
    guard rest.hasPrefix("://") else { return }
    let schemes = ["https", "ssh", "file", "git", "http"]
    guard schemes.contains(head.lowercased()) else {
        throw refused("git repositories are fetched by https, ssh, file or a path")
    }
    let authority = rest.dropFirst(3).prefix { $0 != "/" }
    let host = authority[(authority.lastIndex(of: "@").map(authority.index(after:)) ?? authority.startIndex)...]
    let isLoopback = ["localhost", "127.0.0.1", "[::1]"].contains { host == $0 || host.hasPrefix($0 + ":") }
    guard !["git", "http"].contains(head.lowercased()) || isLoopback else {
        throw refused("`\(head)` is neither encrypted nor authenticated", hint: "Use https or ssh")
    }
}
