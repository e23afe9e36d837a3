import Foundation
import TestSupport
import Testing

/// TLS, passwords and service files are libpq's; that they are within reach is ours.
@Suite struct ConnectionTests {
    @Test func `a server that wants TLS and a password is reached by what libpq reads of files`() async throws {
        try await withPostgresServer { own in
            let server = own.server
            try await server.wantTLSAndPasswords()
            _ = try await server.run(
                sql: "CREATE ROLE anna LOGIN PASSWORD 'pa55word'; CREATE DATABASE fleet OWNER anna", in: server.url)
            let certificate = try await server.run(sql: "SELECT pg_read_file('server.crt')", in: server.url)
            try await withProject { project in
                try project.write("resource \"terraform_data\" \"this\" {}\n", to: "modules/app/main.tf")
                try project.writeStack("dev")
                try project.write(certificate + "\n", to: project.scratch + "/ca.crt")
                try project.write(
                    "localhost:\(server.port):fleet:anna:pa55word\n", to: project.scratch + "/passwords",
                    permissions: 0o600)
                try project.write(
                    """
                    [fleet]
                    host=localhost
                    port=\(server.port)
                    dbname=fleet
                    user=anna
                    sslmode=verify-full
                    sslrootcert=\(project.scratch)/ca.crt

                    """, to: project.scratch + "/services")
                let files = [
                    "PGPASSFILE": project.scratch + "/passwords", "PGSERVICEFILE": project.scratch + "/services",
                ]
                func plan(_ url: String, _ files: [String: String]) async throws -> CommandResult {
                    try await project.stack(
                        "plan", "dev", environment: files.merging(["STACK_DATABASE_URL": url]) { $1 })
                }
                let verified = "sslmode=verify-full&sslrootcert=\(project.scratch)/ca.crt"
                let byFile = try await plan("postgres://anna@localhost:\(server.port)/fleet?\(verified)", files)
                #expect(byFile.exitCode == 0, "\(byFile.description)")
                let byService = try await plan("postgres:///?service=fleet", files)
                #expect(byService.exitCode == 0, "\(byService.description)")
                let inURL = try await plan("postgresql://anna:pa55word@localhost:\(server.port)/fleet?\(verified)", [:])
                #expect(inURL.exitCode == 0, "\(inURL.description)")

                let otherHost = try await plan("postgres://anna@127.0.0.1:\(server.port)/fleet?\(verified)", files)
                #expect(otherHost.exitCode == 75)
                #expect(otherHost.stderr.contains("does not match host name \"127.0.0.1\""), "\(otherHost.description)")
                let wrong = try await plan("postgres://anna:5ecret55@localhost:\(server.port)/fleet?\(verified)", [:])
                #expect(wrong.exitCode == 75)
                #expect(
                    wrong.stderr.contains("password authentication failed for user \"anna\""), "\(wrong.description)")
                #expect(!wrong.stderr.contains("5ecret55"))
                let inClear = try await plan(
                    "postgres://anna:pa55word@localhost:\(server.port)/fleet?sslmode=disable", [:])
                #expect(inClear.stderr.contains("no pg_hba.conf entry for host"), "\(inClear.description)")
            }
        }
    }
}

extension PostgresServer {
    /// From now on whoever comes by TCP needs both; the sockets of this machine are left as they were.
    fileprivate func wantTLSAndPasswords() async throws {
        let certificate =
            "openssl req -new -x509 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
        _ = try await run(
            sql: """
                COPY (SELECT 1) TO PROGRAM '\(certificate) -out server.crt -keyout server.key 2>/dev/null';
                COPY (SELECT 'local all all trust' UNION ALL SELECT 'host all stack 127.0.0.1/32 trust'
                      UNION ALL SELECT 'hostssl all all 127.0.0.1/32 scram-sha-256') TO PROGRAM 'cat > pg_hba.conf';
                ALTER SYSTEM SET ssl = on;
                """, in: url)
        _ = try await run(sql: "SELECT pg_reload_conf()", in: url)
        try await eventually("the server has TLS") { try await run(sql: "SHOW ssl", in: url) == "on" }
    }
}
