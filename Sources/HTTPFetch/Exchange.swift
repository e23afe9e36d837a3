import AsyncHTTPClient
import Diagnostics
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOSSL

extension HTTPFetch {
    enum Answer {
        case content(Data)
        case redirect(to: String)
    }

    /// One request and its answer.
    ///
    /// - Throws: a `FetchFailure` for what may be tried again, a `Diagnostic` for what may not.
    func exchange(_ url: FetchURL) async throws -> Answer {
        let client = HTTPClient(configuration: try configuration(for: url))
        do {
            let answer = try await exchange(url, client)
            try await client.shutdown()
            return answer
        } catch {
            try? await client.shutdown()
            try Task.checkCancellation()
            throw translated(error, url)
        }
    }

    private func exchange(_ url: FetchURL, _ client: HTTPClient) async throws -> Answer {
        var request = HTTPClientRequest(url: url.url.absoluteString)
        request.headers.add(name: "user-agent", value: userAgent)
        request.headers.add(name: "accept", value: "*/*")
        if let (user, password) = url.credentials { request.setBasicAuth(username: user, password: password) }
        // The whole is limited by whoever calls.
        let response = try await client.execute(request, timeout: .hours(24))
        let status = response.status
        if (300..<400).contains(status.code), status != .notModified {
            guard let location = response.headers.first(name: "location") else {
                throw Diagnostic.badRedirect(url, nil)
            }
            return .redirect(to: location)
        }
        guard (200..<300).contains(status.code) else {
            let problem = Diagnostic.badStatus(url, code: Int(status.code), reason: status.reasonPhrase)
            guard [429, 502, 503, 504].contains(status.code) else { throw problem }
            let retryAfter = response.headers.first(name: "retry-after").flatMap { Duration(retryAfter: $0) }
            throw FetchFailure(diagnostic: problem, retryAfter: retryAfter)
        }
        let length = response.headers.first(name: "content-length").flatMap { Int($0) }
        guard length ?? 0 <= limits.bytes else { throw Diagnostic.tooLarge(url, limit: limits.bytes) }
        var content = Data()
        for try await chunk in response.body {
            guard content.count + chunk.readableBytes <= limits.bytes else {
                throw Diagnostic.tooLarge(url, limit: limits.bytes)
            }
            content.append(contentsOf: chunk.readableBytesView)
        }
        return .content(content)
    }

    private func configuration(for url: FetchURL) throws(Diagnostic) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .nanoseconds(Int64(limits.connect / .nanoseconds(1)))
        // Attempts are counted here.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        if let proxy = try Proxy(for: url, environment: environment) {
            let authorization = proxy.user.map {
                HTTPClient.Authorization.basic(username: $0, password: proxy.password ?? "")
            }
            configuration.proxy = .server(host: proxy.host, port: proxy.port, authorization: authorization)
        }
        var security = TLSConfiguration.makeClientConfiguration()
        if let file = environment["SSL_CERT_FILE"], !file.isEmpty {
            do {
                security.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(file))]
            } catch {
                throw .badCertificateFile(file)
            }
        }
        configuration.tlsConfiguration = security
        return configuration
    }

    /// Errors of the libraries in our words.
    private func translated(_ error: any Error, _ url: FetchURL) -> any Error {
        switch error {
        case is Diagnostic, is FetchFailure, is CancellationError: error
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            Diagnostic.notTrusted(url, reason: "\(error)")
        case let error as HTTPClientError where error == .proxyAuthenticationRequired:
            Diagnostic.unreachable(url, reason: "the proxy wants other credentials")
        default:
            FetchFailure(diagnostic: .unreachable(url, reason: withoutCredentials("\(error)")))
        }
    }
}
