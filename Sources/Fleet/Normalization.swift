import FoundationEssentials

/// A URL with a scheme and without a slash at its end, or nil when the text is neither URL nor host.
func normalizedEndpoint(_ text: String) -> String? {
    let endpoint = text.contains("://") ? text : "https://\(text)"
    let isClean = endpoint.unicodeScalars.allSatisfy { (0x21...0x7E).contains($0.value) }
    guard isClean, endpoint.hasPrefix("https://") || endpoint.hasPrefix("http://"),
        let host = URL(string: endpoint)?.host(), !host.isEmpty
    else { return nil }
    return endpoint.last == "/" ? String(endpoint.dropLast()) : endpoint
}

/// Base64 of PEM certificates, from PEM, from base64 of it, or from base64 of that (a module that encodes what its
/// provider had encoded already); nil for anything else, and for text with a private key in it.
func normalizedCertificateAuthority(_ text: String) -> String? {
    var text = text
    for _ in 0..<3 {
        if text.contains("-----BEGIN CERTIFICATE-----") {
            guard !text.contains("PRIVATE KEY") else { return nil }
            let lines = text.split(whereSeparator: \.isNewline).map { String($0.filter { $0 != "\r" }) }
            return Data((lines.joined(separator: "\n") + "\n").utf8).base64EncodedString()
        }
        let compact = text.filter { !$0.isWhitespace }
        guard let data = Data(base64Encoded: compact), let decoded = String(validating: data, as: UTF8.self) else {
            return nil
        }
        text = decoded
    }
    return nil
}

/// A version of Kubernetes as providers write it: `1.32`, `v1.33.5-gke.1080000`, `1.31.2-eks-7f9249a`.
struct KubernetesVersion: Hashable {
    /// `1.33.5`, as exact as the provider tells.
    let number: String
    /// What the provider adds, `gke.1080000`.
    let suffix: String?

    init?(_ text: String) {
        let text = text.hasPrefix("v") ? text.dropFirst() : text[...]
        let number = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        let rest = text.dropFirst(number.count)
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ Int($0) != nil }),
            rest.isEmpty || rest.first == "-" || rest.first == "+"
        else { return nil }
        self.number = String(number)
        suffix = rest.isEmpty ? nil : String(rest.dropFirst())
    }
}
