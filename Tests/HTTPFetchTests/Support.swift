import Diagnostics
import Foundation
import HTTPFetch
import TestSupport
import Testing

/// A real server on loopback, ended with the project of the test.
struct TestServer {
    let process: RunningProcess
    let base: String
    let project: TestProject

    init(in project: TestProject, certificate: (file: String, key: String)? = nil) async throws {
        let script = (#filePath as NSString).deletingLastPathComponent + "/server.py"
        let process = try project.start("python3", [script] + (certificate.map { [$0.file, $0.key] } ?? []))
        let port = try await eventually("the server says its port") { Int(process.stdout.dropLast()) }
        self.process = process
        self.project = project
        base = certificate == nil ? "http://127.0.0.1:\(port)" : "https://localhost:\(port)"
    }

    /// Gets a path, with little patience.
    func get(
        _ path: String, bytes: Int = 100_000, total: Duration = .seconds(20), environment: [String: String] = [:]
    ) async throws -> String {
        try await fetch(base + path, bytes: bytes, total: total, environment: environment)
    }
}

func fetch(
    _ url: String, bytes: Int = 100_000, total: Duration = .seconds(20), environment: [String: String] = [:]
) async throws -> String {
    let limits = HTTPFetch.Limits(total: total, bytes: bytes, attempts: 3, backOff: .milliseconds(10))
    let http = HTTPFetch(environment: environment, userAgent: "stack/test", limits: limits)
    return String(decoding: try await http.get(url), as: UTF8.self)
}

/// A certificate for `localhost` and its key, made by openssl.
func makeCertificate(
    in project: TestProject, for name: String = "localhost"
) async throws -> (
    file: String, key: String
) {
    let (file, key) = ("\(project.scratch)/certificate.pem", "\(project.scratch)/key.pem")
    let result = try await project.run(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", file, "-subj",
        "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)")
    try #require(result.exitCode == 0, "\(result.description)")
    return (file, key)
}
