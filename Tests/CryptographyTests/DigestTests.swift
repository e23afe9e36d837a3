import Cryptography
import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@Suite struct DigestTests {
    /// From the examples of FIPS 180-4.
    @Test(
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ] as [(String, String)])
    func `known texts have their known digests`(text: String, digest: String) {
        #expect(sha256(Data(text.utf8)) == digest)
        var digester = Digester()
        for character in text { digester.update(String(character)) }
        #expect(digester.hexadecimal == digest)
    }

    @Test func `asking for a digest does not end it`() {
        var digester = Digester()
        digester.update(Data("ab".utf8))
        #expect(digester.hexadecimal == sha256(Data("ab".utf8)))
        digester.update(Data("c".utf8))
        #expect(digester.hexadecimal == sha256(Data("abc".utf8)))
    }

    @Test(arguments: [0, 1, 262_143, 262_144, 262_145, 1_000_000])
    func `a file has the digest of its bytes, whatever its size`(size: Int) async throws {
        try await withTemporaryDirectory { directory in
            let content = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
            try write(content, to: directory.appending("file"))
            #expect(try sha256(ofFile: directory.appending("file")) == sha256(content))
        }
    }

    @Test func `a file that cannot be read is an error`() {
        let error = #expect(throws: Diagnostic.self) { try sha256(ofFile: "/absent") }
        #expect(error?.message == "`/absent` cannot be read: No such file or directory")
    }
}

@Suite struct PackageHashTests {
    private func makeTree(in directory: FilePath) throws {
        for (path, text) in [("main.tf", "x"), ("sub/B.txt", ""), ("sub/a.txt", "y"), ("Ä", "z")] {
            try write(text, to: directory.appending(path))
        }
        try FileManager.default.createDirectory(
            atPath: directory.appending("empty").string, withIntermediateDirectories: false)
    }

    /// The value was computed with Python's hashlib from the definition.
    @Test func `a folder has the hash that its definition gives`() async throws {
        try await withTemporaryDirectory { directory in
            try makeTree(in: directory)
            let expected = "h1:Lbr8sd4TWoTte0P3qQapWPOlRglWDQ9xO7hyFeaYXg0="
            #expect(try packageHash(ofDirectory: directory) == expected)
            chmod(directory.appending("main.tf").string, 0o755)
            #expect(try packageHash(ofDirectory: directory) == expected)
        }
    }

    @Test func `links to files and to the folder itself are followed`() async throws {
        try await withTemporaryDirectory { directory in
            let tree = directory.appending("tree")
            try makeTree(in: tree)
            let hash = try packageHash(ofDirectory: tree)
            rename(tree.appending("main.tf").string, directory.appending("elsewhere").string)
            symlink("../elsewhere", tree.appending("main.tf").string)
            symlink("tree", directory.appending("link").string)
            #expect(try packageHash(ofDirectory: directory.appending("link")) == hash)
        }
    }

    @Test func `what the format cannot express is an error`() async throws {
        try await withTemporaryDirectory { directory in
            try write("", to: directory.appending("a\nb"))
            #expect(throws: Diagnostic.self) { try packageHash(ofDirectory: directory) }
            #expect(throws: Diagnostic.self) { try packageHash(ofDirectory: directory.appending("absent")) }
        }
    }
}

@Suite struct ContentDigestTests {
    private func digest(_ fill: (inout ContentDigest) -> Void) -> String {
        var digest = ContentDigest()
        fill(&digest)
        return digest.hexadecimal
    }

    /// The values were computed with Python's hashlib: another one would make every stored digest worthless.
    @Test func `the format stays what it is`() {
        #expect(digest { _ in } == "febd506a61f9e4ee6657916f580b194ede3186e0563fc80fab13720bd1ee9875")
        let tree = digest {
            $0.add(link: "z", target: "../q")
            $0.add(file: "bin/run", content: Data("y".utf8), isExecutable: true)
            $0.add(file: "a.tf", sha256: sha256(Data("x".utf8)), isExecutable: false)
        }
        #expect(tree == "1cbfb0cbaf8ce58ad7cf1d2d2fdde11e09294f3a5cf47690a05691a59df85f46")
    }

    @Test func `everything that counts changes the digest`() {
        let content = Data("x".utf8)
        let variants = [
            digest { _ in },
            digest { $0.add(file: "a", content: content, isExecutable: false) },
            digest { $0.add(file: "a", content: content, isExecutable: true) },
            digest { $0.add(file: "b", content: content, isExecutable: false) },
            digest { $0.add(file: "a", content: Data(), isExecutable: false) },
            digest { $0.add(link: "a", target: "x") },
            digest { $0.add(link: "a", target: "y") },
            digest {
                $0.add(file: "a", content: content, isExecutable: false)
                $0.add(file: "b", content: content, isExecutable: false)
            },
            // Composed and decomposed, which Swift calls the same text.
            digest { $0.add(file: "\u{E9}", content: content, isExecutable: false) },
            digest { $0.add(file: "e\u{301}", content: content, isExecutable: false) },
            digest {
                $0.add(file: "\u{E9}", content: content, isExecutable: false)
                $0.add(file: "e\u{301}", content: content, isExecutable: false)
            },
        ]
        #expect(Set(variants).count == variants.count)
    }

    @Test func `the order of adding does not count`() {
        let names = ["b", "a/c", "a", "a.tf", "\u{E9}", "e\u{301}", "Z"]
        func digest(_ names: [String]) -> String {
            self.digest { for name in names { $0.add(file: name, content: Data(name.utf8), isExecutable: false) } }
        }
        #expect(digest(names) == digest(names.reversed()))
    }
}
