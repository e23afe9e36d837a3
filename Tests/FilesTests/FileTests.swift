import Files
import Foundation
import Glibc
import SystemPackage
import Testing

struct FileTests {
    private func withFolder(_ body: (FilePath) async throws -> Void) async throws {
        let folder = FilePath(FileManager.default.temporaryDirectory.path).appending("files-\(UUID().uuidString)")
        try makePrivateFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        try await body(folder)
    }

    private func mode(_ path: FilePath) -> mode_t {
        var status = stat()
        return stat(path.string, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func `a file is written whole for its owner alone, and nothing is left beside it`() async throws {
        try await withFolder { folder in
            let file = folder.appending("a")
            try writeFile(Data("one".utf8), to: file)
            try writeFile(Data("two".utf8), to: file)
            #expect(try readFile(file) == Data("two".utf8))
            #expect(mode(file) == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.string) == ["a"])
        }
    }

    @Test func `a tree is synced with links that lead nowhere or round, and nothing is there to sync is fine`()
        async throws
    {
        try await withFolder { folder in
            let tree = folder.appending("tree")
            try makePrivateFolder(tree.appending("inside"))
            try writeFile(Data("x".utf8), to: tree.appending("inside").appending("file"), isLasting: false)
            for (link, target) in [("nowhere", "missing"), ("round", "."), ("file", "inside/file")] {
                try FileManager.default.createSymbolicLink(
                    atPath: tree.appending(link).string, withDestinationPath: target)
            }
            try syncTree(tree)
            try syncTree(folder.appending("missing"))
        }
    }

    @Test func `a file that cannot be put in place leaves the old one and no leftovers`() async throws {
        try await withFolder { folder in
            let place = folder.appending("folder")
            try makePrivateFolder(place.appending("inside"))
            #expect(throws: (any Error).self) { try writeFile(Data("x".utf8), to: place) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.string) == ["folder"])
            #expect(exists(place.appending("inside")))
        }
    }

    @Test func `folders are made with those above them, for their owner alone`() async throws {
        try await withFolder { folder in
            try makePrivateFolder(folder.appending("a").appending("b").appending("c"))
            for path in ["a", "a/b", "a/b/c"] { #expect(mode(folder.appending(FilePath(path).components)) == 0o700) }
        }
    }

    @Test func `a missing file is nil, and a folder in its place is an error`() async throws {
        try await withFolder { folder in
            let missing = try readFile(folder.appending("none"))
            #expect(missing == nil)
            #expect(throws: (any Error).self) { _ = try readFile(folder) }
        }
    }

    @Test func `two may remove the same tree`() async throws {
        try await withFolder { folder in
            let tree = folder.appending("tree")
            for number in 0..<300 {
                try makePrivateFolder(tree.appending("\(number)"))
                try writeFileQuickly(tree.appending("\(number)").appending("f"))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try removeTree(tree) } }
                try await group.waitForAll()
            }
            #expect(!exists(tree))
        }
    }

    private func writeFileQuickly(_ path: FilePath) throws {
        try Data("x".utf8).write(to: URL(fileURLWithPath: path.string))
    }

    @Test func `a lock is held by one at a time and freed when its holder fails`() async throws {
        try await withFolder { folder in
            let file = folder.appending("lock")
            let inside = Inside()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await holdingLock(on: file) {
                            #expect(await inside.enter() == 1)
                            try await Task.sleep(for: .milliseconds(2))
                            await inside.leave()
                        }
                    }
                }
                try await group.waitForAll()
            }
            struct Failure: Error {}
            await #expect(throws: Failure.self) { try await holdingLock(on: file) { throw Failure() } }
            #expect(try await holdingLock(on: file) { 1 } == 1)
        }
    }

    @Test func `waiting for a lock ends with the task's cancellation`() async throws {
        try await withFolder { folder in
            let file = folder.appending("lock")
            try await holdingLock(on: file) {
                let waiting = Task { try await holdingLock(on: file) {} }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
            }
        }
    }
}

private actor Inside {
    private var count = 0

    func enter() -> Int {
        count += 1
        return count
    }

    func leave() { count -= 1 }
}
