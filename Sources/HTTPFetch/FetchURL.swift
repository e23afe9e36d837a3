import Diagnostics
import FoundationEssentials

/// A URL that may be fetched.
struct FetchURL: Sendable {
    let url: URL
    let host: String
    let port: Int
    let isSecure: Bool

    /// - Throws: a `Diagnostic` for what is no such URL, and for `http://` to another machine.
    init(_ text: String) throws(Diagnostic) {
        guard let url = URL(string: text), !text.unicodeScalars.contains(where: { $0.value <= 0x20 }) else {
            throw .badURL(text)
        }
        try self.init(url)
    }

    private init(_ url: URL) throws(Diagnostic) {
        guard let scheme = url.scheme?.lowercased(), ["https", "http"].contains(scheme), let host = url.host(),
            !host.isEmpty
        else { throw .badURL(url.absoluteString) }
        self.url = url
        self.host = host.lowercased()
        isSecure = scheme == "https"
        port = url.port ?? (isSecure ? 443 : 80)
        let isLoopback = ["localhost", "127.0.0.1", "::1"].contains(self.host)
        guard isSecure || isLoopback else { throw .notEncrypted(shown) }
    }

    /// Where a redirect leads to.
    ///
    /// - Throws: a `Diagnostic` where that is no URL, or less secure than this one.
    func redirected(to location: String) throws(Diagnostic) -> FetchURL {
        guard let target = URL(string: location, relativeTo: url)?.absoluteURL else {
            throw .badRedirect(self, location)
        }
        guard !isSecure || target.scheme?.lowercased() != "http" else { throw .downgrade(self, to: location) }
        return try FetchURL(target)
    }

    /// For people: without credentials and query, in which there may be others.
    var shown: String {
        let text = withoutCredentials(url.absoluteString)
        return String(text.prefix { $0 != "?" && $0 != "#" })
    }

    /// For the request: the credentials go into a header.
    var credentials: (user: String, password: String)? {
        url.user(percentEncoded: false).map { ($0, url.password(percentEncoded: false) ?? "") }
    }
}
