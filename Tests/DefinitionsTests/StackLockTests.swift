import Diagnostics
import Files
import Foundation
import SystemPackage
import Testing

@testable import Definitions

struct StackLockTests {
    private let id = UUID()

    private func pin(_ name: String, wanted: String? = "~> 1.4", catalog: String? = "platform") -> TemplatePin {
        TemplatePin(
            name: name, wanted: wanted, catalog: catalog, source: "git::https://example.com/t//\(name)?ref=v1.4.2",
            version: "1.4.2", digest: "sha256:" + String(repeating: "a", count: 64))
    }

    @Test func `what is written is read back`() throws {
        let lock = StackLock(
            project: id, key: "abc", templates: [pin("eks"), pin("eks", wanted: nil, catalog: nil), pin("gke")],
            states: ["prod": .init(id: id, store: "s: 1", place: "host ci-1")])
        let read = try StackLock(parsing: Data(lock.text.utf8))
        #expect(Set(read.templates) == Set(lock.templates))
        #expect(read.text == lock.text)
        #expect((read.project, read.key, read.states) == (id, "abc", lock.states))
        #expect(
            lock.text.hasPrefix("# Written by `stack`; commit it.\nproject: \(id.uuidString.lowercased())\nkey: abc\n"))
    }

    @Test func `a pin takes the place of the one that answered the same request`() throws {
        var lock = StackLock(project: id)
        lock.pin([pin("eks"), pin("eks", wanted: nil), pin("eks", catalog: nil)])
        lock.pin([pin("eks")])
        #expect(lock.templates.count == 3)
        let range = try VersionConstraint("~> 1.4")
        let listed = TemplateRequest(name: "eks", version: range, source: nil, digest: nil)
        #expect(lock.pin(for: listed) == pin("eks"))
        let source = TemplateRequest(name: "eks", version: range, source: pin("eks").source, digest: nil)
        #expect(lock.pin(for: source) == pin("eks", catalog: nil))
        #expect(lock.pin(for: TemplateRequest(name: "gke", version: range, source: nil, digest: nil)) == nil)
    }

    @Test(arguments: [
        ("", "`stack.lock` must hold one document"),
        ("project: x\n", "`project` must be a UUID, not `x`"),
        ("[1]\n", "`stack.lock` must be a mapping, not a list"),
        ("key: a\n", "`project` is missing"),
        ("project: 8E3A1F0A-37A9-4F43-A83E-3D2F9A3A7F11\nfuture: 1\n", "unknown field `future`"),
        ("project: 8E3A1F0A-37A9-4F43-A83E-3D2F9A3A7F11\n<<<<<<< ours\n", "neither `key: value` nor an item of a list"),
    ])
    func `a file that is not understood is refused`(text: String, message: String) {
        let error = #expect(throws: DiagnosticList.self) { try StackLock(parsing: Data(text.utf8)) }
        #expect(error?.diagnostics.map(\.message) == [message])
    }

    @Test func `an unknown field is said to come from a newer stack`() {
        let text = "project: \(id)\nstates: {a: {id: \(id), store: s, where: w, more: 1}}\n"
        let error = #expect(throws: DiagnosticList.self) { try StackLock(parsing: Data(text.utf8)) }
        #expect(error?.diagnostics.map(\.hint) == ["it was written by a newer `stack`"])
    }

    @Test func `updates are kept, and leave nothing else behind`() async throws {
        let root = try makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: root.string) }
        #expect(try StackLock.read(root: root) == nil)
        let first = try await StackLock.update(root: root) { lock in
            lock.key = "k"
            return lock.project
        }
        try await StackLock.update(root: root) { #expect($0.project == first) }
        #expect(try StackLock.read(root: root) == StackLock(project: first, key: "k"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: root.string) == ["stack.lock"])
    }

    @Test func `nothing is written when the change fails`() async throws {
        struct Failure: Error {}
        let root = try makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: root.string) }
        await #expect(throws: Failure.self) { try await StackLock.update(root: root) { _ in throw Failure() } }
        #expect(try FileManager.default.contentsOfDirectory(atPath: root.string) == [])
    }

    @Test func `changes at the same time are all kept`() async throws {
        let root = try makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: root.string) }
        await withTaskGroup { group in
            for number in 0..<40 {
                group.addTask {
                    try? await StackLock.update(root: root) { lock in
                        lock.pin([pin("t\(number)")])
                    }
                }
            }
        }
        #expect(try StackLock.read(root: root)?.templates.count == 40)
    }

    @Test func `a held lock is waited for, and then given up`() async throws {
        let root = try makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: root.string) }
        let held = try await FileLock.acquire(root.appending(".stack.lock.guard"))
        let error = await #expect(throws: Diagnostic.self) {
            try await StackLock.update(root: root, patience: .milliseconds(30)) { $0.key = "x" }
        }
        #expect(error?.outcome == .unavailable)
        _ = consume held
        try await StackLock.update(root: root, patience: .zero) { $0.key = "x" }
    }

    @Test func `a missing directory is an error at once`() async {
        let error = await #expect(throws: Diagnostic.self) {
            try await StackLock.update(root: "/nowhere/at/all") { $0.key = "x" }
        }
        #expect(error?.message.hasSuffix("No such file or directory") == true)
    }

    @Test func `the project's root is found upward`() throws {
        try withDirectory { root in
            let deep = root.appending("a/b")
            try FileManager.default.createDirectory(atPath: deep.string, withIntermediateDirectories: true)
            #expect(findProjectRoot(from: deep) == nil)
            try FileManager.default.createDirectory(
                atPath: root.appending("stacks").string, withIntermediateDirectories: true)
            #expect(findProjectRoot(from: deep) == root)
            try Data().write(to: URL(filePath: root.appending("a/stack.yaml").string))
            #expect(findProjectRoot(from: deep) == root.appending("a"))
        }
    }

    private func makeDirectory() throws -> FilePath {
        let root = FilePath(NSTemporaryDirectory()).appending("lock-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: root.string, withIntermediateDirectories: true)
        return root
    }

    private func withDirectory(_ body: (FilePath) throws -> Void) throws {
        let root = try makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: root.string) }
        try body(root)
    }
}
