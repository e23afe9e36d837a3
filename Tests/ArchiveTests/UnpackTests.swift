import Archive
import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@Suite struct UnpackTests {
    @Test func `an ordinary archive of another program is laid out`() async throws {
        try await withTemporaryDirectory { directory in
            let data = try await archive(
                python: """
                    add("./", type=tarfile.DIRTYPE, mode=0o755)
                    add("d", type=tarfile.DIRTYPE, mode=0o755)
                    add("./d/run", b"x", mode=0o755, uid=1234, mtime=99)
                    add("d/plain", b"y", mode=0o666)
                    add("zw\\u00f6lf", b"z")
                    link("d/l", "../d/run")
                    """)
            try unpack(data, into: directory)
            #expect(
                try tree(of: directory) == [
                    "d": "folder", "d/run": "file executable x", "d/plain": "file plain y", "zwölf": "file plain z",
                    "d/l": "link ../d/run",
                ])
        }
    }

    @Test(
        arguments: [
            ("add('/etc/evil')", "The archive holds `/etc/evil`, which is not a path inside of it"),
            ("add('../evil')", "The archive holds `../evil`, which is not a path inside of it"),
            ("add('a/../../evil')", "The archive holds `a/../../evil`, which is not a path inside of it"),
            ("add('./')", "The archive holds ``, which is not a path inside of it"),
            ("add('././a')", "The archive holds `./a`, which is not a path inside of it"),
            ("add('..', type=tarfile.DIRTYPE)", "The archive holds `..`, which is not a path inside of it"),
            ("link('l', '/etc')", "The archive holds the link `l` to `/etc`, which leads out of it"),
            ("link('l', '../x')", "The archive holds the link `l` to `../x`, which leads out of it"),
            (
                "link('d/q', '..'); link('l', 'd/q/..')",
                "The archive holds the link `l` to `d/q/..`, which leads out of it"
            ),
            ("link('l', 'd'); add('l/x')", "The archive holds `l` twice, or once as a folder and once not"),
            ("add('l/x'); link('l', 'd')", "The archive holds `l` twice, or once as a folder and once not"),
            ("add('a'); add('a')", "The archive holds `a` twice, or once as a folder and once not"),
            (
                "add('a'); add('h', type=tarfile.LNKTYPE, linkname='a')",
                "The archive holds `h`, which is a hard link to `a`; only files, folders and symbolic links are unpacked"
            ),
            (
                "add('h', type=tarfile.LNKTYPE, linkname='/etc/passwd')",
                "The archive holds `h`, which is a hard link to `/etc/passwd`; only files, folders and symbolic links are unpacked"
            ),
            (
                "add('n', type=tarfile.CHRTYPE, devmajor=1, devminor=3)",
                "The archive holds `n`, which is a device; only files, folders and symbolic links are unpacked"
            ),
            (
                "add('b', type=tarfile.BLKTYPE, devmajor=8)",
                "The archive holds `b`, which is a device; only files, folders and symbolic links are unpacked"
            ),
            (
                "add('p', type=tarfile.FIFOTYPE)",
                "The archive holds `p`, which is a pipe; only files, folders and symbolic links are unpacked"
            ),
        ] as [(String, String)])
    func `a hostile archive is refused and leaves nothing behind`(script: String, message: String) async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("root")
            try FileManager.default.createDirectory(atPath: root.string, withIntermediateDirectories: false)
            let data = try await archive(python: "add('good', b'x')\n" + script)
            let error = #expect(throws: Diagnostic.self) { try unpack(data, into: root) }
            #expect(error?.message == message)
            #expect(error?.outcome == .refused)
            #expect(try tree(of: directory) == ["root": "folder"])
        }
    }

    @Test func `a link that was there before is not followed`() async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("root")
            for name in ["root", "outside"] {
                try FileManager.default.createDirectory(
                    atPath: directory.appending(name).string, withIntermediateDirectories: false)
            }
            symlink("../outside", root.appending("d").string)
            let data = try pack([ArchiveEntry(path: "d/x", content: .file(Data(), isExecutable: false))])
            let error = #expect(throws: Diagnostic.self) { try unpack(data, into: root) }
            #expect(error?.message == "`\(root)/d/x` cannot be written: Not a directory")
            #expect(try tree(of: directory) == ["root": "folder", "root/d": "link ../outside", "outside": "folder"])
        }
    }

    @Test func `too many entries are refused before anything is written`() async throws {
        try await withTemporaryDirectory { directory in
            let data = try pack(
                (0..<11).map { ArchiveEntry(path: "f\($0)", content: .file(Data(), isExecutable: false)) })
            let error = #expect(throws: Diagnostic.self) {
                try unpack(data, into: directory, limits: ArchiveLimits(entryCount: 10))
            }
            #expect(error?.message == "The archive holds more than the 10 entries that are allowed")
            #expect(try tree(of: directory).isEmpty)
            try unpack(data, into: directory, limits: ArchiveLimits(entryCount: 11))
            #expect(try tree(of: directory).count == 11)
        }
    }

    @Test func `a bomb is refused before anything is written`() async throws {
        try await withTemporaryDirectory { directory in
            let half = ArchiveEntry.Content.file(Data(count: 1 << 20), isExecutable: false)
            let data = try pack([ArchiveEntry(path: "a", content: half), ArchiveEntry(path: "b", content: half)])
            #expect(data.count < 2000)
            let error = #expect(throws: Diagnostic.self) {
                try unpack(data, into: directory, limits: ArchiveLimits(byteCount: (2 << 20) - 1))
            }
            #expect(error?.message == "The archive holds more than the 2097151 bytes that are allowed; `b` is too much")
            #expect(try tree(of: directory).isEmpty)
            try unpack(data, into: directory, limits: ArchiveLimits(byteCount: 2 << 20))
        }
    }

    @Test func `a folder that is missing is an error`() throws {
        let error = #expect(throws: Diagnostic.self) { try unpack(pack([]), into: "/absent") }
        #expect(error?.message == "`/absent` is not a directory")
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `a damaged archive never reaches outside`(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        var tar = try decompress(
            pack([
                ArchiveEntry(path: "d/a", content: .file(Data("text".utf8), isExecutable: true)),
                ArchiveEntry(path: "d/l", content: .link(target: "../d")),
            ]), limit: 1 << 20)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let index = Int.random(in: 0..<tar.count, using: &generator)
            tar[index] = Array("./\0A7\u{1}".utf8).randomElement(using: &generator) ?? 0
        }
        let damaged = try compress(tar)
        try await withTemporaryDirectory { directory in
            let root = directory.appending("root")
            try FileManager.default.createDirectory(atPath: root.string, withIntermediateDirectories: false)
            try? unpack(damaged, into: root, limits: ArchiveLimits(entryCount: 100, byteCount: 1 << 20))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.string) == ["root"], "seed \(seed)")
        }
    }

    @Test func `a cut archive is an error`() throws {
        let data = try pack([ArchiveEntry(path: "a", content: .file(Data("text".utf8), isExecutable: false))])
        for count in 0..<data.count {
            #expect(throws: Diagnostic.self, "\(count) bytes") { try unpack(data.prefix(count), into: "/tmp") }
        }
    }
}
