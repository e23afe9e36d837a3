import Archive
import Diagnostics
import FoundationEssentials
import SystemPackage
import Testing

/// What a bundle must not be, each kind made by a real script and compressed in both ways.
@Suite struct HostileBundleTests {
    struct Bundle: Sendable, CustomTestStringConvertible {
        let name: String
        /// For `tar(python:)`; a good file stands in front.
        let script: String
        let message: String
        var limits = ArchiveLimits.bundle
        var testDescription: String { name }
    }

    private static let only = "; only files, folders and symbolic links are unpacked"
    private static let long = String(repeating: "n", count: 256)

    static let bundles: [Bundle] = [
        Bundle(
            name: "absolute path", script: "add('/etc/evil')",
            message: "The archive holds `/etc/evil`, which is not a path inside of it"),
        Bundle(
            name: "path that climbs", script: "add('a/../../evil')",
            message: "The archive holds `a/../../evil`, which is not a path inside of it"),
        Bundle(
            name: "path that climbs, with a mark on its slash", script: "add('..//\\u0301x')",
            message: "The archive holds `..//\u{301}x`, which is not a path inside of it"),
        Bundle(
            name: "path that climbs, its slash hidden by a mark", script: "add('../\\u0301x')",
            message: "The archive holds `../\u{301}x`, which is not a path inside of it"),
        Bundle(
            name: "path that climbs, in an extended header", script: "add('x', pax_headers={'path': '../evil'})",
            message: "The archive holds `../evil`, which is not a path inside of it"),
        Bundle(
            name: "link that leaves", script: "link('l', '../x')",
            message: "The archive holds the link `l` to `../x`, which leads out of it"),
        Bundle(
            name: "absolute link", script: "link('l', '/etc')",
            message: "The archive holds the link `l` to `/etc`, which leads out of it"),
        Bundle(
            name: "absolute link, its slash hidden by a mark", script: "link('l', '/\\u0301etc')",
            message: "The archive holds the link `l` to `/\u{301}etc`, which leads out of it"),
        Bundle(
            name: "link that leaves through another", script: "link('d/q', '..'); link('l', 'd/q/..')",
            message: "The archive holds the link `l` to `d/q/..`, which leads out of it"),
        Bundle(
            name: "hard link that leaves", script: "add('h', type=tarfile.LNKTYPE, linkname='/etc/passwd')",
            message: "The archive holds `h`, which is a hard link to `/etc/passwd`\(only)"),
        Bundle(
            name: "character device", script: "add('n', type=tarfile.CHRTYPE, devmajor=1, devminor=3)",
            message: "The archive holds `n`, which is a device\(only)"),
        Bundle(
            name: "block device", script: "add('n', type=tarfile.BLKTYPE, devmajor=8)",
            message: "The archive holds `n`, which is a device\(only)"),
        Bundle(
            name: "pipe", script: "add('p', type=tarfile.FIFOTYPE)",
            message: "The archive holds `p`, which is a pipe\(only)"),
        Bundle(
            name: "unknown kind", script: "add('s', type=b's')",
            message: "The archive holds `s`, which is neither a file, a folder nor a symbolic link"),
        Bundle(
            name: "setuid", script: "add('run', b'x', mode=0o4755)",
            message: "The archive holds `run` with the setuid bit, which is never unpacked"),
        Bundle(
            name: "setgid and sticky folder", script: "add('d', type=tarfile.DIRTYPE, mode=0o3755)",
            message: "The archive holds `d` with the setgid, sticky bit, which is never unpacked"),
        Bundle(
            name: "case collision", script: "add('README'); add('readme')",
            message: "The archive holds `README` and `readme`, which are one name to some file systems"),
        Bundle(
            name: "case collision of folders", script: "add('D/a'); add('d/b')",
            message: "The archive holds `D` and `d`, which are one name to some file systems"),
        Bundle(
            name: "collision of folded characters", script: "add('stra\\u00dfe'); add('STRASSE')",
            message: "The archive holds `straße` and `STRASSE`, which are one name to some file systems"),
        Bundle(
            name: "collision of composed characters", script: "add('\\u00e9'); add('e\\u0301')",
            message: "The archive holds `\u{E9}` and `e\u{301}`, which are one name to some file systems"),
        Bundle(
            name: "duplicate", script: "add('a', b'1'); add('a', b'2')",
            message: "The archive holds `a` twice, or once as a folder and once not"),
        Bundle(
            name: "duplicate with another writing", script: "add('a', b'1'); add('./a', b'2')",
            message: "The archive holds `a` twice, or once as a folder and once not"),
        Bundle(
            name: "below a file", script: "add('a'); add('a/b')",
            message: "The archive holds `a` twice, or once as a folder and once not"),
        Bundle(
            name: "below a link", script: "link('l', 'd'); add('l/x')",
            message: "The archive holds `l` twice, or once as a folder and once not"),
        Bundle(
            name: "bomb by size", script: "add('a', b'x' * 600); add('b', b'x' * 600)",
            message: "The archive holds more than the 1000 bytes that are allowed; `b` is too much",
            limits: ArchiveLimits(byteCount: 1000)),
        Bundle(
            name: "bomb by count", script: "[add(f'f{n}') for n in range(10)]",
            message: "The archive holds more than the 10 entries that are allowed",
            limits: ArchiveLimits(entryCount: 10)),
        Bundle(
            name: "bomb by ratio", script: "add('zeros', bytes(4 << 20))",
            message:
                "The archive grows to more than 1048576 bytes when it is unpacked, which is too much for its size; "
                + "it got as far as `zeros`"),
        Bundle(
            name: "long path", script: "add('/'.join(['d' * 200] * 6))",
            message:
                "The archive holds `\(Array(repeating: String(repeating: "d", count: 200), count: 6).joined(separator: "/"))`, which is longer than the 1024 bytes of a path"
        ),
        Bundle(
            name: "long name", script: "add('n' * 256)",
            message: "The archive holds `\(long)` with a name of more than 255 bytes"),
        Bundle(
            name: "deep path", script: "add('/'.join('d' * 33))",
            message:
                "The archive holds `\(Array(repeating: "d", count: 33).joined(separator: "/"))`, which is more than 32 folders deep"
        ),
        Bundle(
            name: "cut in a file", script: "add('a', b'x' * 2000); change = lambda data: data[:2048]",
            message: "The archive holds only a part of `a`"),
        Bundle(
            name: "cut behind a file", script: "change = lambda data: data[:1024]",
            message: "The archive is cut short: its end is missing"),
        Bundle(
            name: "bytes behind the end", script: "change = lambda data: data + b'more'",
            message: "The archive is damaged: something stands behind its end"),
        Bundle(
            name: "second archive behind the end", script: "change = lambda data: data + data",
            message: "The archive is damaged: something stands behind its end"),
        Bundle(
            name: "name that is not UTF-8", script: "change = lambda data: retitled(data, b'go\\xffd')",
            message: "The archive holds the name `go\u{FFFD}d`, which is not UTF-8"),
        Bundle(
            name: "line break in a name", script: "add('a\\nb')",
            message: "The archive holds the name `a\nb`, which has a control character in it"),
        Bundle(
            name: "escape in the target of a link", script: "link('l', 'a\\x1b[2J')",
            message: "The archive holds the name `a\u{1B}[2J`, which has a control character in it"),
        Bundle(
            name: "writing from right to left", script: "add('a\\u202eft.exe')",
            message: "The archive holds the name `a\u{202E}ft.exe`, which has a control character in it"),
        Bundle(
            name: "sparse file", script: "add('s', b'x', type=tarfile.GNUTYPE_SPARSE)",
            message: "The archive holds `s`, which is a sparse file\(only)"),
        Bundle(
            name: "sparse file in an extended header",
            script: "add('s', b'x', pax_headers={'GNU.sparse.map': '0,1', 'GNU.sparse.size': '1000000000000'})",
            message: "An extended header of `s` in the archive sets `GNU.sparse.map`, which is not taken from there"),
        Bundle(
            name: "size in an extended header", script: "add('s', b'x' * 512, pax_headers={'size': '0'})",
            message: "An extended header of `s` in the archive sets `size`, which is not taken from there"),
        Bundle(
            name: "path for all entries",
            script: """
                change = lambda data: tarfile.TarInfo.create_pax_global_header({'path': 'evil'}) + data
                """,
            message: "An extended header of all entries in the archive sets `path`, which is not taken from there"),
        Bundle(
            name: "NUL in a path", script: "add('a', pax_headers={'path': 'good\\0/../../evil'})",
            message: "The archive holds the name `good\0/../../evil`, which is not UTF-8"),
        Bundle(
            name: "negative size", script: "change = lambda data: data[:124] + b'-0000000001\\0' + data[136:]",
            message: "The archive is damaged: where an entry should begin there is no header of a tar archive"),
        Bundle(
            name: "no tar archive", script: "change = lambda data: b'text ' * 500",
            message: "The archive is damaged: where an entry should begin there is no header of a tar archive"),
    ]

    @Test(arguments: bundles, Compression.allCases)
    func `a hostile bundle is refused and leaves nothing behind`(
        bundle: Bundle, compression: Compression
    ) async throws {
        let tar = try await tar(
            python: """
                def retitled(data, name):
                    block = name.ljust(100, b'\\0') + data[100:148] + b' ' * 8 + data[156:512]
                    return block[:148] + b'%06o\\0 ' % sum(block) + block[156:] + data[512:]
                add('good', b'x')

                """ + bundle.script)
        let data = try await compression == .gzip ? gzip(tar) : compress(tar)
        try await withTemporaryDirectory { directory in
            let error = #expect(throws: Diagnostic.self) {
                try layOut(bundleEntries(of: data, limits: bundle.limits), as: directory.appending("new"))
            }
            #expect(error?.message == bundle.message)
            let left = try tree(of: directory)
            #expect(left.isEmpty)
        }
    }

    @Test(arguments: Compression.allCases)
    func `every cut of a bundle is refused`(compression: Compression) async throws {
        let tar = try await tar(python: "add('a', bytes(range(256)) * 3); link('l', 'a')")
        let data = try await compression == .gzip ? gzip(tar) : compress(tar)
        for count in 0..<data.count {
            #expect(throws: Diagnostic.self, "\(count) of \(data.count) bytes") {
                try bundleEntries(of: data.prefix(count))
            }
        }
        #expect(try bundleEntries(of: data).count == 2)
    }

    @Test(arguments: ["x", "\0\0\0\0\0\0\0\0", "\u{1F}\u{8B}"])
    func `bytes behind a compressed bundle are refused`(more: String) async throws {
        let data = try packBundle([ArchiveEntry(path: "a", content: .file(Data("a".utf8), isExecutable: false))])
        #expect(throws: Diagnostic.self) { try bundleEntries(of: data + Data(more.utf8)) }
        let zstandard = try compress(await decompressed(data))
        #expect(throws: Diagnostic.self) { try bundleEntries(of: zstandard + Data(more.utf8)) }
    }

    @Test(arguments: ["", "PK\u{3}\u{4}", "text"])
    func `what is compressed in no known way is no bundle`(text: String) {
        let error = #expect(throws: Diagnostic.self) { try bundleEntries(of: Data(text.utf8)) }
        #expect(
            error?.message
                == "The data is compressed neither with gzip nor with Zstandard, and so it is no archive that is read here"
        )
    }
}
