import Archive
import ChildProcess
import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@Suite struct PackTests {
    private let longName = String(repeating: "long/", count: 60) + String(repeating: "n", count: 200)

    private var entries: [ArchiveEntry] {
        [
            ArchiveEntry(path: "bin/run", content: .file(Data("#!".utf8), isExecutable: true)),
            ArchiveEntry(path: "empty", content: .directory),
            ArchiveEntry(path: "a.zip", content: .file(Data("zip".utf8), isExecutable: false)),
            ArchiveEntry(path: "deep/er/still/none", content: .file(Data(), isExecutable: false)),
            ArchiveEntry(path: "deep/link", content: .link(target: "../bin/run")),
            ArchiveEntry(
                path: "zwölf \u{1F600}\nline", content: .file(Data("names are bytes".utf8), isExecutable: false)),
            ArchiveEntry(path: longName, content: .file(Data("long".utf8), isExecutable: false)),
            ArchiveEntry(path: "deep/long", content: .link(target: String(repeating: "t", count: 300))),
        ]
    }

    @Test func `what was packed is laid out again`() async throws {
        try await withTemporaryDirectory { directory in
            try unpack(pack(entries), into: directory)
            let found = try tree(of: directory).filter { $0.value != "folder" || $0.key == "empty" }
            #expect(
                found == [
                    "bin/run": "file executable #!", "empty": "folder", "a.zip": "file plain zip",
                    "deep/er/still/none": "file plain ", "deep/link": "link ../bin/run",
                    "zwölf \u{1F600}\nline": "file plain names are bytes", longName: "file plain long",
                    "deep/long": "link \(String(repeating: "t", count: 300))",
                ])
        }
    }

    @Test func `the order of the entries does not count`() throws {
        #expect(try pack(entries) == pack(entries.reversed()))
    }

    @Test func `nothing of this moment and machine is in it`() async throws {
        let script = """
            import sys, tarfile
            for member in tarfile.open(fileobj=sys.stdin.buffer, mode="r|"):
                print(member.name, oct(member.mode), member.mtime, member.uid, member.gid, member.uname, member.gname)
            """
        let tar = try decompress(pack(Array(entries.prefix(3))), limit: 1 << 20)
        let output = try await collect(
            ChildCommand(
                .name("python3"), arguments: ["-c", script], environment: ProcessInfo.processInfo.environment),
            standardInput: tar)
        #expect(
            String(decoding: output.standardOutput, as: UTF8.self) == """
                a.zip 0o644 0 0 0  \nbin/run 0o755 0 0 0  \nempty 0o755 0 0 0  \n
                """)
    }

    @Test func `entries are read from the disk as they are`() async throws {
        try await withTemporaryDirectory { directory in
            let (source, target) = (directory.appending("source"), directory.appending("target"))
            for path in [source, target] {
                try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: false)
            }
            try unpack(pack(entries), into: source)
            let names = ["bin/run", "empty", "a.zip", "deep/link"]
            let read = try names.map { try ArchiveEntry(path: $0, readingFrom: source.appending($0)) }
            #expect(Set(read) == Set(entries.filter { names.contains($0.path) }))
            try unpack(pack(read), into: target)
            #expect(try Set(tree(of: target).keys) == Set(names + ["bin", "deep"]))
        }
    }

    @Test func `what cannot be packed is an error when it is read`() async throws {
        try await withTemporaryDirectory { directory in
            mkfifo(directory.appending("pipe").string, 0o600)
            for name in ["pipe", "absent"] {
                #expect(throws: Diagnostic.self) {
                    try ArchiveEntry(path: name, readingFrom: directory.appending(name))
                }
            }
        }
    }

    @Test func `nothing packs to an archive of nothing`() async throws {
        try await withTemporaryDirectory { directory in
            try unpack(pack([]), into: directory)
            #expect(try tree(of: directory).isEmpty)
        }
    }

    @Test func `files and links that are there are replaced, folders stay`() async throws {
        try await withTemporaryDirectory { directory in
            let outside = directory.appending("outside")
            let root = directory.appending("root")
            try FileManager.default.createDirectory(
                atPath: root.appending("deep").string, withIntermediateDirectories: true)
            try Data("untouched".utf8).write(to: URL(filePath: outside.string))
            try Data("old".utf8).write(to: URL(filePath: root.appending("deep/kept").string))
            symlink("../outside", root.appending("a.zip").string)
            try unpack(pack(entries), into: root)
            let found = try tree(of: root)
            #expect(found["a.zip"] == "file plain zip")
            #expect(found["deep/kept"] == "file plain old")
            #expect(try tree(of: directory)["outside"] == "file plain untouched")
        }
    }

    @Test(arguments: ["", "/a", "a/", "a//b", ".", "./a", "a/./b", "..", "../a", "a/../b", "a/..", "a\0b"])
    func `an unsafe path is not packed`(path: String) {
        let error = #expect(throws: Diagnostic.self) {
            try pack([ArchiveEntry(path: path, content: .file(Data(), isExecutable: false))])
        }
        #expect(error?.message == "The archive holds `\(path)`, which is not a path inside of it")
    }

    @Test(
        arguments: [
            ("a", ""), ("a", "/etc/passwd"), ("a", ".."), ("d/a", "../.."), ("d/a", "../../x"), ("a", "b/.."),
            ("d/a", "../b/../../x"), ("a", "b\0c"),
        ] as [(String, String)])
    func `a link that leads out is not packed`(path: String, target: String) {
        let error = #expect(throws: Diagnostic.self) {
            try pack([ArchiveEntry(path: path, content: .link(target: target))])
        }
        #expect(error?.message == "The archive holds the link `\(path)` to `\(target)`, which leads out of it")
    }

    @Test(
        arguments: [("a", "b"), ("d/a", "../b"), ("d/a", ".."), ("d/e/a", "../../b/c"), ("a", "./b")]
            as [(String, String)])
    func `a link inside the tree is packed`(path: String, target: String) async throws {
        try await withTemporaryDirectory { directory in
            try unpack(pack([ArchiveEntry(path: path, content: .link(target: target))]), into: directory)
            #expect(try tree(of: directory)[path] == "link \(target)")
        }
    }

    @Test func `a path is given once, and nothing lies below what is no folder`() {
        let file = ArchiveEntry.Content.file(Data(), isExecutable: false)
        for (first, second) in [
            (ArchiveEntry(path: "a", content: file), ArchiveEntry(path: "a", content: file)),
            (ArchiveEntry(path: "a", content: file), ArchiveEntry(path: "a", content: .directory)),
            (ArchiveEntry(path: "a", content: file), ArchiveEntry(path: "a/b", content: file)),
            (ArchiveEntry(path: "a", content: .link(target: "c")), ArchiveEntry(path: "a/b", content: file)),
        ] {
            for entries in [[first, second], [second, first]] {
                let error = #expect(throws: Diagnostic.self) { try pack(entries) }
                #expect(error?.message == "The archive holds `a` twice, or once as a folder and once not")
            }
        }
    }
}
