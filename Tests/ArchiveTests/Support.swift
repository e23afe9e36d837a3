import Archive
import ChildProcess
import FoundationEssentials
import SystemPackage
import Testing

/// A folder of its own for the test, removed afterwards.
func withTemporaryDirectory<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
    let path = FilePath(FileManager.default.temporaryDirectory.path).appending("stack-archive-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    return try await body(path)
}

/// A tar archive that a Python script fills through `add(name, **fields)` and `link(name, target)`, compressed.
func archive(python script: String) async throws -> Data { try compress(await tar(python: script)) }

/// A tar archive that a Python script fills through `add(name, **fields)` and `link(name, target)`, or changes at last as
/// `change(bytes)` says.
///
/// Python's tarfile writes what it is told, and is another implementation than the one under test.
func tar(python script: String) async throws -> Data {
    let prelude = """
        import io, sys, tarfile
        buffer = io.BytesIO()
        tar = tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT)
        def add(name, content=b"", **fields):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            for key, value in fields.items(): setattr(member, key, value)
            tar.addfile(member, io.BytesIO(content))
        def link(name, target):
            add(name, type=tarfile.SYMTYPE, linkname=target)
        change = bytes

        """
    let finish = """

        tar.close()
        sys.stdout.buffer.write(change(buffer.getvalue()))
        """
    return try await output(of: "python3", ["-c", prelude + script + finish])
}

/// What the program `gzip` makes of `bytes`.
func gzip(_ bytes: Data) async throws -> Data { try await output(of: "gzip", ["-nc"], standardInput: bytes) }

/// The tar archive in a `tar.gz`, by way of another program.
func decompressed(_ bundle: Data) async throws -> Data {
    try await output(of: "gzip", ["-dc"], standardInput: bundle)
}

func python(_ script: String, standardInput: Data) async throws -> String {
    String(decoding: try await output(of: "python3", ["-c", script], standardInput: standardInput), as: UTF8.self)
}

/// What a program writes.
///
/// - Throws: when it fails.
func output(of program: String, _ arguments: [String], standardInput: Data? = nil) async throws -> Data {
    let command = ChildCommand(
        .name(program), arguments: arguments, environment: ProcessInfo.processInfo.environment)
    let output = try await collect(command, standardInput: standardInput)
    try #require(output.exit.isSuccess, "\(String(decoding: output.standardError, as: UTF8.self))")
    return output.standardOutput
}

/// Everything below `directory`, by relative path: `folder`, `link TARGET`, or `file MODE CONTENT`.
func tree(of directory: FilePath) throws -> [String: String] {
    var result: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: directory.string) {
        let path = directory.appending(name)
        let status = try Stat(path, followTargetSymlink: false)
        switch status.type {
        case .directory:
            result[name] = "folder"
            for (child, value) in try tree(of: path) { result["\(name)/\(child)"] = value }
        case .symbolicLink:
            result[name] = "link \(try FileManager.default.destinationOfSymbolicLink(atPath: path.string))"
        default:
            let content = try Data(contentsOf: URL(filePath: path.string))
            let mode = status.permissions.contains(.ownerExecute) ? "executable" : "plain"
            result[name] = "file \(mode) \(String(decoding: content, as: UTF8.self))"
        }
    }
    return result
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
