package import Diagnostics
import FoundationEssentials
package import SourceTree

extension ModuleInterface {
    /// Reads the `.tf` and `.tf.json` files of a folder as Terraform does: hidden files and editors' backups are
    /// passed over, override files are merged over the rest.
    ///
    /// Blocks and arguments that no interface consists of are not checked: that is Terraform's to do.
    ///
    /// - Throws: everything that is wrong, each with its place and the line: a file that cannot be read or parsed,
    ///   a second declaration, a folder without a Terraform file.
    package static func read(folder: String, in tree: any SourceTree) throws(DiagnosticList) -> ModuleInterface {
        var reader = ModuleReader(folder: folder, tree: tree)
        guard let interface = reader.read(), reader.diagnostics.isEmpty else {
            throw DiagnosticList(reader.diagnostics).sorted()
        }
        return interface
    }
}

private struct ModuleReader {
    let folder: String
    let tree: any SourceTree
    private(set) var diagnostics: [Diagnostic] = []
    private var sources: [String: SourceText] = [:]

    init(folder: String, tree: any SourceTree) {
        self.folder = folder
        self.tree = tree
    }

    /// Nil when the folder holds no module at all; other problems are collected.
    mutating func read() -> ModuleInterface? {
        defer { addExcerpts() }
        do {
            let files = try ModuleFiles(folder: folder, in: tree)
            guard !files.configuration.isEmpty else {
                diagnostics.append(
                    .error(
                        "the folder `\(folder.isEmpty ? "." : folder)` holds no Terraform files",
                        hint: "a module is a folder with `.tf` or `.tf.json` files"))
                return nil
            }
            return interface(merge(files), files)
        } catch {
            diagnostics.append(error)
            return nil
        }
    }

    private mutating func merge(_ files: ModuleFiles) -> ModuleMerge {
        var merge = ModuleMerge()
        let firstOverride = files.configuration.firstIndex(where: ModuleFiles.isOverride)
        for (index, name) in files.configuration.enumerated() {
            let declarations = declarations(name)
            if index == firstOverride { merge.finishPrimaryFiles() }
            if index < firstOverride ?? .max { merge.add(declarations) } else { merge.override(with: declarations) }
        }
        if firstOverride == nil { merge.finishPrimaryFiles() }
        diagnostics += merge.diagnostics
        return merge
    }

    private mutating func declarations(_ name: String) -> FileDeclarations {
        guard let source = source(name) else { return FileDeclarations() }
        let (declarations, problems) = FileReader.read(source)
        diagnostics += problems
        return declarations
    }

    /// Nil when the file cannot be read, which is then among the diagnostics.
    private mutating func source(_ name: String) -> SourceText? {
        let path = joinedPath(folder, name)
        do {
            let source = try SourceText(file: path, data: try tree.contents(of: path))
            sources[path] = source
            return source
        } catch let diagnostic as Diagnostic {
            diagnostics.append(diagnostic)
        } catch {
            diagnostics.append(.error("cannot read `\(path)`: \(error)"))
        }
        return nil
    }

    private mutating func interface(_ merge: ModuleMerge, _ files: ModuleFiles) -> ModuleInterface {
        ModuleInterface(
            folder: folder,
            variables: merge.variables.mapValues(Variable.init),
            outputs: merge.outputs.mapValues(Output.init),
            requiredProviders: merge.requiredProviders,
            providerVersions: merge.providerVersions,
            requiredVersion: merge.requiredVersion,
            moduleCalls: merge.moduleCalls.values.sorted { $0.name < $1.name }.compactMap { call($0) },
            backend: merge.backend,
            cloud: merge.cloud,
            resourceTypes: merge.resourceTypes,
            dataSourceTypes: merge.dataSourceTypes,
            ephemeralResourceTypes: merge.ephemeralResourceTypes,
            usesWorkingDirectory: merge.usesWorkingDirectory,
            localFilesInWorkspace: merge.localFiles,
            presetVariables: presetVariables(files.variables),
            files: files.configuration
        )
    }

    /// A file that cannot be parsed sets nothing: beside a called module nobody reads it, beside a root module Terraform
    /// says what is wrong with it.
    private mutating func presetVariables(_ names: [String]) -> Set<String> {
        var preset: Set<String> = []
        for name in names {
            guard let source = source(name) else { continue }
            let body =
                name.hasSuffix(".json")
                ? try? JSONBodyReader.parse(source, schema: [:]) : try? BodyParser.parse(source)
            preset.formUnion(body?.attributes.keys.map { $0 } ?? [])
        }
        return preset
    }

    private mutating func call(_ declaration: CallDeclaration) -> ModuleCall? {
        guard let expression = declaration.source else {
            diagnostics.append(.error("module `\(declaration.name)` has no `source`", at: declaration.location))
            return nil
        }
        guard let source = expression.string else {
            diagnostics.append(
                .error(
                    "the source of module `\(declaration.name)` is no plain string", at: expression.location,
                    hint: "write the source out: a module has to be known before anything is evaluated"))
            return nil
        }
        return ModuleCall(
            name: declaration.name, source: source, version: declaration.version,
            target: .init(source: source, folder: folder), location: expression.location)
    }

    private mutating func addExcerpts() {
        for index in diagnostics.indices where diagnostics[index].excerpt == nil {
            guard let location = diagnostics[index].location else { continue }
            diagnostics[index].excerpt = sources[location.file]?.excerpt(line: location.line)
        }
    }
}

extension Variable {
    fileprivate init(_ declaration: VariableDeclaration) {
        self.init(
            name: declaration.name,
            type: declaration.type.map { TypeExpression($0) } ?? .any,
            typeText: declaration.type?.text ?? "any",
            hasDefault: declaration.defaultValue != nil,
            defaultValue: declaration.defaultValue?.shape.value,
            isSensitive: declaration.isSensitive ?? false,
            isEphemeral: declaration.isEphemeral ?? false,
            isNullable: declaration.isNullable ?? true,
            description: declaration.description,
            location: declaration.location
        )
    }
}

extension Output {
    fileprivate init(_ declaration: OutputDeclaration) {
        self.init(
            name: declaration.name,
            isSensitive: declaration.isSensitive ?? false,
            isEphemeral: declaration.isEphemeral ?? false,
            description: declaration.description,
            location: declaration.location
        )
    }
}

extension ModuleCall.Target {
    /// Terraform takes a source for a local path only when it begins with `./` or `../`.
    init(source: String, folder: String) {
        if source == "." || source == ".." || source.hasPrefix("./") || source.hasPrefix("../") {
            self = normalisedPath(joinedPath(folder, source)).map(Self.local) ?? .outsideTree
        } else if source.hasPrefix("/") || source.hasPrefix("file:") {
            self = .absolutePath
        } else {
            self = .remote
        }
    }
}
