import Diagnostics

extension Diagnostic {
    static func badURL(_ text: String) -> Diagnostic {
        .error("`\(withoutCredentials(text))` is no `https://` URL", outcome: .usage)
    }

    static func notEncrypted(_ url: String) -> Diagnostic {
        .error(
            "`\(url)` is not fetched: `http` is neither encrypted nor authenticated", hint: "Use https",
            outcome: .refused)
    }

    static func badRedirect(_ url: FetchURL, _ location: String?) -> Diagnostic {
        let target = location.map { "to `\(withoutCredentials($0))`, which is no URL" } ?? "without saying where to"
        return .error("`\(url.shown)` redirects \(target)")
    }

    static func downgrade(_ url: FetchURL, to location: String) -> Diagnostic {
        .error(
            "`\(url.shown)` redirects to `\(withoutCredentials(location))`, which is not encrypted; it is not followed",
            outcome: .refused)
    }

    static func tooManyRedirects(_ url: FetchURL, limit: Int) -> Diagnostic {
        .error("`\(url.shown)` redirects more than \(limit) times", hint: "Check the URL: it may lead in a circle")
    }

    static func badStatus(_ url: FetchURL, code: Int, reason: String) -> Diagnostic {
        let hint =
            switch code {
            case 401, 403: "Check that you may read it, and the credentials in the URL"
            case 404, 410: "Check the URL"
            default: "Try again later"
            }
        return .error(
            "`\(url.host)` answered \(code) \(reason) for `\(url.shown)`", hint: hint,
            outcome: code == 429 || code >= 500 ? .unavailable : .failed)
    }

    static func tooLarge(_ url: FetchURL, limit: Int) -> Diagnostic {
        .error("`\(url.shown)` holds more than the \(limit) bytes that are allowed", outcome: .refused)
    }

    static func tooSlow(_ url: FetchURL, after limit: Duration) -> Diagnostic {
        .error("`\(url.shown)` was not there within \(limit)", hint: "Try again later", outcome: .unavailable)
    }

    static func unreachable(_ url: FetchURL, reason: String) -> Diagnostic {
        .error(
            "`\(url.shown)` cannot be fetched from `\(url.host)`: \(reason)",
            hint: "Check the name, the network, and HTTPS_PROXY where there is a proxy", outcome: .unavailable)
    }

    static func notTrusted(_ url: FetchURL, reason: String) -> Diagnostic {
        .error(
            "no secure connection to `\(url.host)` can be made: \(reason)",
            hint: "If its certificate is one of your own authority, name that one's file in SSL_CERT_FILE",
            outcome: .refused)
    }

    static func badCertificateFile(_ path: String) -> Diagnostic {
        .error("SSL_CERT_FILE names `\(path)`, which is no readable file of PEM certificates")
    }

    static func badProxy(_ variable: String, _ text: String) -> Diagnostic {
        .error(
            "\(variable) holds `\(withoutCredentials(text))`, which is no proxy", hint: "write http://HOST:PORT",
            outcome: .usage)
    }
}
