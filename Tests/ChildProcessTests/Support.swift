import ChildProcess
import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage
import Testing

let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/// A shell script as a command; the product itself never uses a shell.
func shell(
    _ script: String, environment: [String: String] = [:], in directory: FilePath? = nil
) -> ChildCommand {
    ChildCommand(
        .path("/bin/sh"),
        arguments: ["-c", script],
        environment: ["PATH": searchPath].merging(environment) { _, new in new },
        workingDirectory: directory
    )
}

/// A folder of its own for the test, removed afterwards.
func withTemporaryDirectory<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
    let path = FilePath(FileManager.default.temporaryDirectory.path).appending("stack-child-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    return try await body(path)
}

/// Looks every few milliseconds until `condition` holds, for at most ten seconds.
func eventually(
    _ condition: () async throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while try await !condition() {
        try #require(ContinuousClock.now < deadline, "the condition did not come true", sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(5))
    }
}

func text(of path: FilePath) -> String {
    (try? String(contentsOfFile: path.string, encoding: .utf8)) ?? ""
}

func mode(of path: FilePath) -> mode_t? {
    var status = stat()
    return stat(path.string, &status) == 0 ? status.st_mode & 0o7777 : nil
}

func string(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }

/// What a child said so far, from any task.
final class Collector<Element: Sendable>: Sendable {
    private let storage = Mutex<[Element]>([])

    var elements: [Element] { storage.withLock { $0 } }

    func append(_ element: Element) { storage.withLock { $0.append(element) } }
}

/// A generator that gives the same sequence for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
