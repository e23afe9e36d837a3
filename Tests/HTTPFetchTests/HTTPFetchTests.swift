import Diagnostics
import Foundation
import TestSupport
import Testing

/// Against a real server.
@Suite struct HTTPFetchTests {
    private func withServer(_ body: (TestServer) async throws -> Void) async throws {
        try await withProject { project in try await body(TestServer(in: project)) }
    }

    @Test func `what stands behind a URL is got, with a name and the URL's credentials`() async throws {
        try await withServer { (server: TestServer) async throws in
            #expect(try await server.get("/ok") == "stack/test None")
            let url = server.base.replacingOccurrences(of: "//", with: "//anna:secret@") + "/ok"
            #expect(try await fetch(url) == "stack/test Basic \(Data("anna:secret".utf8).base64EncodedString())")
        }
    }

    @Test func `five redirects are followed, and no sixth`() async throws {
        try await withServer { (server: TestServer) async throws in
            #expect(try await server.get("/redirect/5") == "stack/test None")
            for path in ["/redirect/6", "/circle"] {
                let error = await #expect(throws: Diagnostic.self) { try await server.get(path) }
                #expect(error?.message == "`\(server.base)\(path)` redirects more than 5 times")
            }
            #expect(try await server.get("/count/circle") == "6")
        }
    }

    @Test(arguments: ["/large/1001", "/endless"])
    func `too much is refused, whether it was announced or not`(path: String) async throws {
        try await withServer { (server: TestServer) async throws in
            let error = await #expect(throws: Diagnostic.self) { try await server.get(path, bytes: 1000) }
            #expect(error?.message == "`\(server.base)\(path)` holds more than the 1000 bytes that are allowed")
            #expect(try await server.get("/large/1000", bytes: 1000).utf8.count == 1000)
        }
    }

    @Test func `a server that drips is left when the time is over`() async throws {
        try await withServer { (server: TestServer) async throws in
            let start = ContinuousClock.now
            let error = await #expect(throws: Diagnostic.self) { try await server.get("/slow", total: .seconds(1)) }
            #expect(error?.message == "`\(server.base)/slow` was not there within 1.0 seconds")
            #expect(error?.outcome == .unavailable)
            #expect(ContinuousClock.now - start < .seconds(10))
        }
    }

    @Test func `a cut answer is tried again, and is an error at last`() async throws {
        try await withServer { (server: TestServer) async throws in
            let error = await #expect(throws: Diagnostic.self) { try await server.get("/cut") }
            #expect(error?.message.hasPrefix("`\(server.base)/cut` cannot be fetched from `127.0.0.1`: ") == true)
            #expect(error?.outcome == .unavailable)
            #expect(try await server.get("/count/cut") == "3")
        }
    }

    @Test(arguments: [429, 502, 503, 504])
    func `a busy server is asked again`(status: Int) async throws {
        try await withServer { (server: TestServer) async throws in
            #expect(try await server.get("/busy/\(status)/2") == "after 3")
            let error = await #expect(throws: Diagnostic.self) { try await server.get("/busy/\(status)/9") }
            #expect(error?.message.hasPrefix("`127.0.0.1` answered \(status) ") == true)
            #expect(error?.outcome == .unavailable)
        }
    }

    @Test func `a server is given the time that it asks for, and none beyond the limit`() async throws {
        try await withServer { (server: TestServer) async throws in
            let start = ContinuousClock.now
            #expect(try await server.get("/busy/503/1/1") == "after 2")
            #expect(ContinuousClock.now - start >= .seconds(1))
            await #expect(throws: Diagnostic.self) { try await server.get("/busy/503/1/3600") }
            #expect(ContinuousClock.now - start < .seconds(15))
        }
    }

    @Test(arguments: [(404, "Not Found", "Check the URL"), (500, "Internal Server Error", "Try again later")])
    func `what is not there is not asked for again`(status: Int, reason: String, hint: String) async throws {
        try await withServer { (server: TestServer) async throws in
            let url = server.base.replacingOccurrences(of: "//", with: "//anna:secret@") + "/status/\(status)?token=x"
            let error = await #expect(throws: Diagnostic.self) { try await fetch(url) }
            let shown = server.base.replacingOccurrences(of: "//", with: "//…@") + "/status/\(status)"
            #expect(error?.message == "`127.0.0.1` answered \(status) \(reason) for `\(shown)`")
            #expect(error?.hint == hint)
            #expect(try await server.get("/count/status/\(status)") == "1")
        }
    }

    @Test func `a proxy is asked instead, but for its exceptions`() async throws {
        try await withServer { (server: TestServer) async throws in
            let proxy = server.base.replacingOccurrences(of: "//", with: "//anna:secret@")
            let by = "by proxy: localhost:9 Basic \(Data("anna:secret".utf8).base64EncodedString())"
            #expect(try await fetch("http://localhost:9/x", environment: ["HTTP_PROXY": proxy]) == by)
            #expect(
                try await server.get(
                    "/ok", environment: ["HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "a, 127.0.0.1"])
                    == "stack/test None")
            let error = await #expect(throws: Diagnostic.self) {
                try await server.get("/ok", environment: ["http_proxy": "socks5://anna:secret@host"])
            }
            #expect(error?.message == "HTTP_PROXY holds `socks5://…@host`, which is no proxy")
        }
    }

    @Test func `a server with a certificate that is trusted is spoken to, and none other`() async throws {
        try await withProject { project in
            let certificate = try await makeCertificate(in: project)
            let server = try await TestServer(in: project, certificate: certificate)
            let trusted = ["SSL_CERT_FILE": certificate.file]
            #expect(try await server.get("/ok", environment: trusted) == "stack/test None")
            let error = await #expect(throws: Diagnostic.self) { try await server.get("/ok") }
            #expect(error?.message.hasPrefix("no secure connection to `localhost` can be made: ") == true)
            #expect(error?.outcome == .refused)

            let downgrade = await #expect(throws: Diagnostic.self) {
                try await server.get("/downgrade", environment: trusted)
            }
            #expect(
                downgrade?.message
                    == "`\(server.base)/downgrade` redirects to `http://localhost:1/ok`, which is not encrypted; "
                    + "it is not followed")
            let file = await #expect(throws: Diagnostic.self) {
                try await server.get("/ok", environment: ["SSL_CERT_FILE": "/absent"])
            }
            #expect(file?.message == "SSL_CERT_FILE names `/absent`, which is no readable file of PEM certificates")
        }
    }

    @Test func `a certificate of another name is not trusted`() async throws {
        try await withProject { project in
            let certificate = try await makeCertificate(in: project, for: "example.com")
            let server = try await TestServer(in: project, certificate: certificate)
            let error = await #expect(throws: Diagnostic.self) {
                try await server.get("/ok", environment: ["SSL_CERT_FILE": certificate.file])
            }
            #expect(error?.message.hasPrefix("no secure connection to `localhost` can be made: ") == true)
        }
    }

    @Test(arguments: [
        (
            "http://example.com/x",
            "`http://example.com/x` is not fetched: `http` is neither encrypted nor authenticated"
        ),
        (
            "http://anna:secret@example.com/x?y",
            "`http://…@example.com/x` is not fetched: `http` is neither encrypted nor authenticated"
        ),
        ("ftp://example.com/", "`ftp://example.com/` is no `https://` URL"),
        ("file:///etc/passwd", "`file:///etc/passwd` is no `https://` URL"),
        ("https://", "`https://` is no `https://` URL"), ("https://a b", "`https://a b` is no `https://` URL"),
    ])
    func `what is no address of a server, or an open one, is not fetched`(url: String, message: String) async {
        let error = await #expect(throws: Diagnostic.self) { try await fetch(url) }
        #expect(error?.message == message)
    }

    @Test func `nobody at an address is told with its host`() async throws {
        let error = await #expect(throws: Diagnostic.self) { try await fetch("http://localhost:9/x") }
        #expect(error?.message.hasPrefix("`http://localhost:9/x` cannot be fetched from `localhost`: ") == true)
        #expect(error?.outcome == .unavailable)
    }

    @Test func `a fetch ends with its task`() async throws {
        try await withServer { (server: TestServer) async throws in
            let task = Task { try await server.get("/slow") }
            try await eventually("the request has arrived") { try await server.get("/count/slow") == "1" }
            task.cancel()
            let start = ContinuousClock.now
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }
}
