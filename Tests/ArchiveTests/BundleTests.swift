import Archive
import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@Suite struct BundleTests {
    private static let entries = [
        ArchiveEntry(path: "main.tf", content: .file(Data("resource".utf8), isExecutable: false)),
        ArchiveEntry(path: "scripts/run", content: .file(Data("#!/bin/sh".utf8), isExecutable: true)),
        ArchiveEntry(path: "scripts/zwölf", content: .link(target: "../main.tf")),
        ArchiveEntry(path: String(repeating: "long/", count: 25) + "x", content: .file(Data(), isExecutable: false)),
    ]

    @Test func `what was packed comes back, sorted`() throws {
        let found = try bundleEntries(of: packBundle(Self.entries))
        #expect(found == Self.entries.sorted { $0.path < $1.path })
    }

    @Test func `a bundle is the same wherever and whenever it is made`() async throws {
        let first = try packBundle(Self.entries)
        let (here, there) = try await withTemporaryDirectory { directory in
            try layOut(Self.entries, as: directory.appending("here"))
            let here = try await packed(directory.appending("here"))
            // Another umask, another time, another order on the disk.
            try layOut(Self.entries.reversed(), as: directory.appending("there"))
            chmod(directory.appending("there/main.tf").string, 0o600)
            var times = [timeval(tv_sec: 1_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000, tv_usec: 0)]
            utimes(directory.appending("there/main.tf").string, &times)
            return (here, try await packed(directory.appending("there")))
        }
        #expect(here == first)
        #expect(there == first)
        // No name and no time in the header of gzip (RFC 1952, section 2.3.1).
        #expect(first.prefix(8) == Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0]))
    }

    private func packed(_ folder: FilePath) async throws -> Data {
        try packBundle(Self.entries.map { try ArchiveEntry(path: $0.path, readingFrom: folder.appending($0.path)) })
    }

    @Test func `other programs read a bundle`() async throws {
        let script = """
            import sys, tarfile
            for member in tarfile.open(fileobj=sys.stdin.buffer, mode="r|gz"):
                print(member.name[-9:], oct(member.mode), member.mtime, member.uid, member.gid, member.linkname)
            """
        let output = try await python(script, standardInput: packBundle(Self.entries))
        #expect(
            output == """
                ng/long/x 0o644 0 0 0 \n\
                main.tf 0o644 0 0 0 \n\
                ripts/run 0o755 0 0 0 \n\
                pts/zwölf 0o777 0 0 0 ../main.tf\n
                """)
    }

    @Test(arguments: ["--format=gnu", "--format=ustar", "--format=posix"], Compression.allCases)
    func `bundles of tar are read`(format: String, compression: Compression) async throws {
        try await withTemporaryDirectory { directory in
            try layOut(Self.entries, as: directory.appending("tree"))
            let tar = try await output(
                of: "tar", ["-c", format, "-C", directory.appending("tree").string, "."])
            let data = try await compression == .gzip ? gzip(tar) : compress(tar)
            let found = try bundleEntries(of: data).filter { $0.content != .directory }
            #expect(Set(found) == Set(Self.entries))
        }
    }

    @Test func `what cannot be unpacked everywhere is not packed`() {
        let file = ArchiveEntry.Content.file(Data(), isExecutable: false)
        let error = #expect(throws: Diagnostic.self) {
            try packBundle([ArchiveEntry(path: "README", content: file), ArchiveEntry(path: "readme", content: file)])
        }
        #expect(error?.message == "The archive holds `README` and `readme`, which are one name to some file systems")
    }

    @Test func `an empty folder is replaced, and nothing else`() async throws {
        try await withTemporaryDirectory { directory in
            let place = directory.appending("place")
            mkdir(place.string, 0o755)
            try layOut(Self.entries, as: place)
            let before = try tree(of: directory)
            #expect(before["place/main.tf"] == "file plain resource")
            for name in ["place", "place/main.tf"] {
                let error = #expect(throws: Diagnostic.self) { try layOut([], as: directory.appending(name)) }
                #expect(error?.message == "`\(directory.appending(name))` is there already, and no empty folder")
            }
            #expect(try tree(of: directory) == before)
        }
    }

    @Test func `an entry that cannot be written leaves nothing behind`() async throws {
        try await withTemporaryDirectory { directory in
            let name = String(repeating: "n", count: 200)
            // Each part is short enough, the whole is longer than the system takes for one path.
            #expect(throws: Diagnostic.self) {
                try layOut(Self.entries, as: directory.appending("absent").appending(name))
            }
            let left = try tree(of: directory)
            #expect(left.isEmpty)
        }
    }

    /// One run makes 500 bundles of each compression; `seed` says which.
    @Test(arguments: 0..<20 as Range<UInt64>, Compression.allCases)
    func `a changed bundle is laid out whole or not at all`(seed: UInt64, compression: Compression) async throws {
        var generator = SeededGenerator(seed: seed)
        let good = try packBundle(Self.entries)
        let tar = try await decompressed(good)
        try await withTemporaryDirectory { directory in
            for round in 0..<50 {
                // The compressed bytes are changed, or what they hold.
                var bytes = round.isMultiple(of: 2) ? tar : compression == .gzip ? good : try compress(tar)
                for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes, &generator) }
                var data = bytes
                if round.isMultiple(of: 2) { data = compression == .gzip ? try await gzip(bytes) : try compress(bytes) }
                let entries = try? bundleEntries(of: data)
                let place = directory.appending("place")
                let isWhole = (try? entries.map { try layOut($0, as: place) }) != nil
                let names = try FileManager.default.contentsOfDirectory(atPath: directory.string)
                #expect(names == (isWhole ? ["place"] : []), "seed \(seed), round \(round)")
                if isWhole {
                    let found = try tree(of: place).filter { $0.value != "folder" }.count
                    #expect(found == entries?.count { $0.content != .directory }, "seed \(seed), round \(round)")
                    try FileManager.default.removeItem(atPath: place.string)
                }
            }
        }
    }

    private func mutate(_ bytes: inout Data, _ generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes[index] = Array("./\0A7x5L\u{1}".utf8).randomElement(using: &generator) ?? 0
        case 2: bytes = bytes.prefix(index)
        default:
            let block = bytes[index..<min(index + 512, bytes.count)]
            bytes.insert(contentsOf: Data(block), at: Int.random(in: 0...bytes.count, using: &generator))
        }
    }
}
