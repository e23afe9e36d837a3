import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage

@testable import Terminal

/// An `Output` whose streams are files of their own, to look at what was written.
struct Capture: ~Copyable {
    let output: Output
    private let results: FileDescriptor
    private let messages: FileDescriptor

    init(_ options: TerminalOptions = .plain) throws {
        let files = try (unnamedFile(), unnamedFile())
        (results, messages) = files
        output = Output(options: options, standardOutput: files.0, standardError: files.1)
    }

    deinit {
        try? results.close()
        try? messages.close()
    }

    func resultText() throws -> String { try text(of: results) }
    func messageText() throws -> String { try text(of: messages) }
}

extension TerminalOptions {
    /// Nothing is a terminal.
    static let plain = TerminalOptions(
        environment: [:], streams: Streams(input: false, output: false, messages: false))
    /// All are terminals, 40 cells wide, without colours.
    static let live = TerminalOptions(
        environment: ["COLUMNS": "40"], streams: Streams(input: true, output: true, messages: true), color: .never)
    /// All are terminals, with colours.
    static let colored = TerminalOptions(
        environment: [:], streams: Streams(input: true, output: true, messages: true))
}

/// A file that only its descriptor keeps alive.
private func unnamedFile() throws -> FileDescriptor {
    let url = FileManager.default.temporaryDirectory.appending(path: "stack-capture-\(UUID())")
    let options: FileDescriptor.OpenOptions = [.create, .exclusiveCreate]
    let file = try FileDescriptor.open(url.path, .readWrite, options: options, permissions: .ownerReadWrite)
    try FileManager.default.removeItem(at: url)
    return file
}

private func text(of file: FileDescriptor) throws -> String {
    let size = Int(try file.seek(offset: 0, from: .end))
    let bytes = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        count = try file.read(fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// A pseudo terminal: `user` is the side of the person, `program` the side that is a terminal for the program.
struct PseudoTerminal: ~Copyable {
    let user: FileDescriptor
    let program: FileDescriptor

    init(columns: UInt16 = 100, rows: UInt16 = 30) throws {
        var userSide: CInt = -1
        var programSide: CInt = -1
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&userSide, &programSide, nil, nil, &size) == 0 else { throw Errno(rawValue: errno) }
        user = FileDescriptor(rawValue: userSide)
        program = FileDescriptor(rawValue: programSide)
    }

    deinit {
        try? user.close()
        try? program.close()
    }
}

/// A clock that stands still until it is told otherwise.
final class ManualClock: Clock, Sendable {
    typealias Instant = ContinuousClock.Instant

    private let offset = Mutex(Duration.zero)
    private let origin = ContinuousClock.now

    var now: Instant { origin + offset.withLock { $0 } }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        offset.withLock { $0 = max($0, deadline - origin) }
        try Task.checkCancellation()
        await Task.yield()
    }

    func advance(by duration: Duration) {
        offset.withLock { $0 += duration }
    }
}
