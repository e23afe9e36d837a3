import FoundationEssentials
import Glibc
import SystemPackage

/// A folder of its own for the test, removed afterwards.
func withTemporaryDirectory<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
    let path = FilePath(FileManager.default.temporaryDirectory.path).appending("stack-crypto-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    return try await body(path)
}

/// Makes a file and the folders above it.
func write(_ content: Data, to path: FilePath, permissions: mode_t = 0o600) throws {
    try FileManager.default.createDirectory(
        atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
    try content.write(to: URL(filePath: path.string))
    chmod(path.string, permissions)
}

func write(_ text: String, to path: FilePath, permissions: mode_t = 0o600) throws {
    try write(Data(text.utf8), to: path, permissions: permissions)
}

func data(hexadecimal text: String) -> Data {
    let digits = text.compactMap(\.hexDigitValue)
    return Data(stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) })
}
