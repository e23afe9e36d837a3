import Archive
import Diagnostics
import Foundation
import Testing

@Suite struct ZipTests {
    /// `a` with 2,000 bytes, deflated, a folder, and `folder/b` with "b", stored: as Python's zipfile writes them.
    private static let example =
        Data(
            base64Encoded: """
                UEsDBBQAAAAIAAAAIQA5PhOoEQAAANAHAAABAAAAYUtMHAWjYBSMglEwCkbBUAcAUEsDBBQAAAAAAAAAIQAAAAAAAAAAAAAAAAAH\
                AAAAZm9sZGVyL1BLAwQUAAAAAAAAACEA+e++cQEAAAABAAAACAAAAGZvbGRlci9iYlBLAQIUAxQAAAAIAAAAIQA5PhOoEQAAANAH\
                AAABAAAAAAAAAAAAAACAAQAAAABhUEsBAhQDFAAAAAAAAAAhAAAAAAAAAAAAAAAAAAcAAAAAAAAAAAAAAIABMAAAAGZvbGRlci9Q\
                SwECFAMUAAAAAAAAACEA+e++cQEAAAABAAAACAAAAAAAAAAAAAAAgAFVAAAAZm9sZGVyL2JQSwUGAAAAAAMAAwCaAAAAfAAAAAAA
                """) ?? Data()

    @Test func `the contents of all files come out`() throws {
        let contents = try zipContents(Self.example)
        #expect(contents == [Data(repeating: UInt8(ascii: "a"), count: 2000), Data("b".utf8)])
    }

    @Test func `what is no archive is refused`() {
        for bytes in [Data(), Data("PK".utf8), Data("no archive".utf8)] {
            let error = #expect(throws: Diagnostic.self) { try zipContents(bytes) }
            #expect(error?.message == "The data is not a ZIP archive")
        }
    }

    @Test func `what holds too much is refused`() {
        for limits in [ArchiveLimits(entryCount: 1), ArchiveLimits(byteCount: 2000)] {
            #expect(throws: Diagnostic.self) { try zipContents(Self.example, limits: limits) }
        }
    }

    /// Without its directory, which is at the end, an archive can still be read from its beginning.
    @Test(arguments: 4..<Self.example.count)
    func `a cut gives an error or what is whole, and no more`(count: Int) throws {
        let whole = try zipContents(Self.example)
        if let contents = try? zipContents(Self.example.prefix(count)) { #expect(whole.starts(with: contents)) }
    }
}
