import Foundation
import SystemPackage

@testable import ProviderGateway

/// A folder that is removed in the end.
func withFolder<Value>(_ body: (FilePath) async throws -> Value) async throws -> Value {
    let path = FilePath(FileManager.default.temporaryDirectory.path).appending("stack-gateway-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
        atPath: path.string, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    return try await body(path)
}

extension FilePath {
    /// Writes a file of this folder, and the folders above it.
    func write(_ text: String, to name: String) throws {
        let file = appending(name)
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
    }
}

extension TerraformCommand {
    init(_ words: String..., in folder: FilePath, environment: [String: String] = [:]) {
        self.init(words: ["terraform"] + words, folder: folder, environment: environment)
    }
}
