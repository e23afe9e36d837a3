import CPostgres
import Diagnostics
import Testing

@testable import Records

struct PostgresLibraryTests {
    @Test func `the program is told which package it lacks when libpq cannot be loaded`() {
        let problem = #expect(throws: Diagnostic.self) { try libpq(file: "libpq.so.0") }
        #expect(
            problem?.message
                == "a PostgreSQL needs libpq, which cannot be loaded: libpq.so.0: cannot open shared object "
                + "file: No such file or directory")
        #expect(problem?.hint == "Install it, on Debian and Ubuntu with `apt-get install libpq5`")
        #expect(problem?.outcome == .unavailable)
    }

    @Test func `a library that lacks a function is not used`() {
        let problem = #expect(throws: Diagnostic.self) { try libpq(file: "libc.so.6") }
        #expect(problem?.message.hasSuffix("undefined symbol: PQclear") == true)
    }
}
