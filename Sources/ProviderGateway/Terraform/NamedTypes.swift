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
            guard let folders = moduleFolders(), let files = stateFiles() else { return nil }
            // An empty file is no state yet.
            let states = try files.compactMap { try readFile($0) }.filter { !$0.isEmpty }
            guard try states.allSatisfy(namesResources) else { return nil }
            return try folders.flatMap(configurationFiles).compactMap { try readFile($0) } + states
        case .file(let file):
            guard let content = try readFile(file) else { return nil }
            let isState = subcommand == "show" && content.first == UInt8(ascii: "{")
            guard isState else { return try zipContents(content) }
            return try namesResources(content) ? [content] : nil
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

/// Whether a state tells what it holds; one that OpenTofu has encrypted does not.
///
/// - Throws: when it is no JSON.
private func namesResources(_ state: Data) throws -> Bool {
    try JSONDecoder().decode(StateOutline.self, from: state).namesResources
}

private struct StateOutline: Decodable {
    let namesResources: Bool

    private enum CodingKeys: CodingKey { case resources }

    init(from decoder: any Decoder) throws {
        namesResources = try decoder.container(keyedBy: CodingKeys.self).contains(.resources)
    }
}
