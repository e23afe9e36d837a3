import Archive
import Files
import FoundationEssentials
import JSON
import SystemPackage

extension TerraformCommand {
    /// Every name that the configuration, its modules and the state hold, or the saved plan, types of resources among
    /// them; nil when it cannot be told what Terraform will read.
    ///
    /// They are looked for as plain text: that finds too many, and misses none.
    func namedTypes() -> Set<String>? {
        // What cannot be read is as what cannot be told.
        guard let texts = try? texts() else { return nil }
        var names: Set<String> = []
        for text in texts { IdentifierScanner.add([UInt8](text), to: &names) }
        return names
    }

    private func texts() throws -> [Data]? {
        switch typeSource {
        case .folder:
            guard let folders = moduleFolders(), let states = stateFiles() else { return nil }
            return try (folders.flatMap(configurationFiles) + states).compactMap { try readFile($0) }
        case .file(let file):
            guard let content = try readFile(file) else { return nil }
            let isState = subcommand == "show" && content.first == UInt8(ascii: "{")
            return isState ? [content] : try zipContents(content)
        case .unknown: return nil
        }
    }

    /// The root and every folder that `modules.json` lists, also those outside of the root.
    func moduleFolders() -> Set<FilePath>? {
        do {
            guard let list = try readFile(dataFolder.appending("modules/modules.json")) else { return [folder] }
            let modules = try JSONValue(parsing: list)["Modules"]?.arrayValue ?? []
            return Set([folder] + modules.compactMap { $0["Dir"]?.stringValue }.map { folder.pushing(FilePath($0)) })
        } catch {
            return nil
        }
    }

    private func configurationFiles(in folder: FilePath) throws -> [FilePath] {
        try FileManager.default.contentsOfDirectory(atPath: folder.string)
            .filter { name in [".tf", ".tf.json", ".tofu", ".tofu.json"].contains { name.hasSuffix($0) } }
            .map { folder.appending($0) }
    }

    /// The states of all workspaces; nil when another backend than the local one, as it comes, keeps them.
    private func stateFiles() -> [FilePath]? {
        do {
            if let settings = try readFile(dataFolder.appending("terraform.tfstate")) {
                let backend = try JSONValue(parsing: settings)["backend"]
                guard backend?["type"] == "local",
                    (backend?["config"]?.objectValue ?? [:]).values.allSatisfy(\.isNull)
                else { return nil }
            }
        } catch {
            return nil
        }
        let folders = folder.appending("terraform.tfstate.d")
        let workspaces = (try? FileManager.default.contentsOfDirectory(atPath: folders.string)) ?? []
        return ([folder] + workspaces.map { folders.appending($0) }).map { $0.appending("terraform.tfstate") }
    }
}
