import Foundation
package import JSON

extension TestProject {
    /// The whole path of a file of the project; one that is absolute already stays as it is.
    package func path(_ path: String) -> String { path.hasPrefix("/") ? path : root + "/" + path }

    /// Writes a file, and the folders above it.
    package func write(_ text: String, to file: String, permissions: Int = 0o644) throws {
        let place = path(file)
        try FileManager.default.createDirectory(
            atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: place))
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: place)
    }

    package func read(_ file: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path(file))), as: UTF8.self)
    }

    package func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: path(file)) }

    package func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: path(file)) }

    /// Replaces a text in a file.
    ///
    /// - Throws: when the file does not hold it: the test would prove nothing.
    package func replace(_ text: String, with other: String, in file: String) throws {
        let before = try read(file)
        guard before.contains(text) else { throw Timeout("`\(file)` holds no `\(text)`") }
        try write(before.replacingOccurrences(of: text, with: other), to: file)
    }

    /// Every file below a folder, by its path from there.
    package func files(below folder: String = ".") -> [String] {
        let paths = FileManager.default.enumerator(atPath: path(folder))?.compactMap { $0 as? String } ?? []
        return paths.filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(path(folder))/\(name)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    /// Writes an executable script for `sh` into the scratch folder.
    ///
    /// - Returns: its path.
    @discardableResult
    package func script(_ name: String, _ text: String) throws -> String {
        let place = "\(scratch)/\(name)"
        try write("#!/bin/sh\n" + text, to: place, permissions: 0o755)
        return place
    }

    /// A stack whose module is a folder of the project.
    package func writeStack(_ name: String, module: String = "modules/app", spec: String = "") throws {
        let more = spec.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }.joined()
        try write(
            """
            apiVersion: stacks.fleet/v1alpha1
            kind: InfrastructureStack
            metadata: {name: \(name)}
            spec:
              path: \(module)
            \(spec.isEmpty ? "" : more)
            """, to: "stacks/\(name).yaml")
    }

    /// Puts a script in Terraform's place: it sees `$@`, may do something first, and goes on as the real one.
    package func wrapTerraform(_ script: String) throws {
        let wrapper = try self.script("terraform-wrapper", script + "\nexec terraform \"$@\"\n")
        try write(
            """
            apiVersion: stacks.fleet/v1alpha1
            kind: Project
            metadata: {name: fleet}
            spec:
              terraform: {binary: \(wrapper)}
            """, to: "stack.yaml")
    }
}

extension TestProject {
    /// Runs git in the project.
    @discardableResult
    package func git(_ arguments: String...) async throws -> String {
        let result = try await start("git", arguments).result()
        guard result.exitCode == 0 else { throw Timeout(result.description) }
        return result.stdout
    }

    /// A stack's newest settled state, in clear.
    package func state(of stack: String) async throws -> JSONValue {
        let result = try await self.stack("state", "pull", stack)
        guard result.exitCode == 0 else { throw Timeout(result.description) }
        return try result.json
    }

    /// The addresses in a stack's state.
    package func addresses(of stack: String) async throws -> [String] {
        let result = try await self.stack("state", "list", stack, "-o", "name")
        guard result.exitCode == 0 else { throw Timeout(result.description) }
        return result.stdout.split(separator: "\n").map(String.init)
    }

    /// The runs, newest first, as `stack runs -o json` gives them.
    package func runs(of stack: String? = nil) async throws -> [JSONValue] {
        let result = try await start(
            stack: ["runs"] + (stack.map { [$0] } ?? []) + ["-o", "json", "--limit", "1000"]
        ).result()
        guard result.exitCode == 0 else { throw Timeout(result.description) }
        return try result.json.arrayValue ?? []
    }

    /// The id of the newest run.
    package func newestRun(of stack: String? = nil) async throws -> String {
        guard let id = try await runs(of: stack).first?["id"]?.stringValue else { throw Timeout("there is no run") }
        return id
    }

    /// The status of one run.
    package func status(of run: String) async throws -> String {
        let result = try await self.stack("run", run, "-o", "json")
        guard result.exitCode == 0 else { throw Timeout(result.description) }
        return try result.json["status"]?.stringValue ?? ""
    }
}
