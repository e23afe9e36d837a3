import Diagnostics
import FoundationEssentials

/// The proxy in front of a server, as the environment has it (the rules of curl).
struct Proxy: Equatable {
    let host: String
    let port: Int
    let user: String?
    let password: String?

    /// Nil where there is none for this server.
    ///
    /// - Throws: a `Diagnostic` when the variable holds what is no proxy.
    init?(for target: FetchURL, environment: [String: String]) throws(Diagnostic) {
        let name = target.isSecure ? "HTTPS_PROXY" : "HTTP_PROXY"
        guard let text = environment[name.lowercased()] ?? environment[name], !text.isEmpty else { return nil }
        let exceptions = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
        guard !exceptions.split(whereSeparator: { ", ".contains($0) }).contains(where: target.matches) else {
            return nil
        }
        guard let url = URL(string: text.contains("://") ? text : "http://\(text)"),
            url.scheme?.lowercased() == "http", let host = url.host(), !host.isEmpty
        else { throw .badProxy(name, text) }
        self.host = host
        port = url.port ?? 80
        user = url.user(percentEncoded: false)
        password = url.password(percentEncoded: false)
    }
}

extension FetchURL {
    /// Whether an entry of NO_PROXY is about this server: `*`, a domain with all below it, or one port of either.
    fileprivate func matches(_ entry: Substring) -> Bool {
        if entry == "*" { return true }
        let parts = entry.lowercased().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if entry.count(where: { $0 == ":" }) == 1, let number = parts.last, Int(number) != port { return false }
        let name = entry.count(where: { $0 == ":" }) == 1 ? String(parts[0]) : entry.lowercased()
        let domain = name.hasPrefix(".") ? String(name.dropFirst()) : name
        return !domain.isEmpty && (host == domain || host.hasSuffix(".\(domain)"))
    }
}
