import Diagnostics
import JSON

/// Takes from one file's blocks what a module's interface consists of.
struct FileReader {
    let source: SourceText
    private(set) var declarations = FileDeclarations()
    private(set) var diagnostics: [Diagnostic] = []

    /// Problems are collected, so that one does not hide the next; a file that cannot be parsed has just that one.
    static func read(_ source: SourceText) -> (FileDeclarations, [Diagnostic]) {
        var reader = FileReader(source: source)
        do {
            let body =
                source.file.hasSuffix(".json")
                ? try JSONBodyReader.parse(source, schema: BlockSchema.module) : try BodyParser.parse(source)
            reader.declarations.usesWorkingDirectory = body.containsList(where: namesWorkingDirectory)
            for block in body.blocks { reader.read(block) }
        } catch {
            reader.diagnostics.append(error)
        }
        return (reader.declarations, reader.diagnostics)
    }

    private init(source: SourceText) { self.source = source }

    private mutating func read(_ block: Block) {
        switch block.type {
        case "terraform":
            readSettings(block.body)
        case "variable":
            guard let name = name(of: block) else { return }
            declarations.variables.append(VariableDeclaration(name, block))
        case "output":
            guard let name = name(of: block) else { return }
            declarations.outputs.append(OutputDeclaration(name, block))
        case "module":
            guard let name = name(of: block) else { return }
            declarations.moduleCalls.append(
                CallDeclaration(
                    name: name, location: block.location, source: block.body["source"],
                    version: block.body["version"]?.string))
        case "provider":
            readProvider(block)
        case "resource":
            readResource(block)
        case "data":
            if let (type, _) = typeAndName(of: block) { declarations.dataSourceTypes.insert(type) }
        case "ephemeral":
            if let (type, _) = typeAndName(of: block) { declarations.ephemeralResourceTypes.insert(type) }
        default:
            return
        }
    }

    private mutating func name(of block: Block) -> String? {
        if block.labels.count == 1, let name = block.labels.first { return name }
        report("`\(block.type)` has one label, its name; here are \(block.labels.count)", at: block.location)
        return nil
    }

    private mutating func readSettings(_ body: Body) {
        if let required = body["required_version"] {
            if let text = required.string {
                declarations.requiredVersion.append(Located(text, at: required.location))
            } else {
                report("`required_version` is a plain string", at: required.location)
            }
        }
        for block in body.blocks {
            switch (block.type, block.labels.first) {
            case ("backend", let type?):
                declarations.backends.append(Located(type, at: block.location))
            case ("backend", nil):
                report("`backend` has one label, its type", at: block.location)
            case ("cloud", _):
                declarations.clouds.append(block.location)
            case ("required_providers", _):
                let providers = block.body.attributes.mapValues(RequiredProvider.init)
                declarations.requiredProviders.append(Located(providers, at: block.location))
            default:
                continue
            }
        }
    }

    private mutating func typeAndName(of block: Block) -> (type: String, name: String)? {
        if block.labels.count == 2 { return (block.labels[0], block.labels[1]) }
        report("`\(block.type)` has two labels, its type and its name", at: block.location)
        return nil
    }

    private mutating func readProvider(_ block: Block) {
        guard let name = name(of: block), let version = block.body["version"] else { return }
        if let text = version.string {
            declarations.providerVersions[name, default: []].append(Located(text, at: version.location))
        } else {
            report("the `version` of a `provider` is a plain string", at: version.location)
        }
    }

    private mutating func readResource(_ block: Block) {
        guard let (type, name) = typeAndName(of: block) else { return }
        declarations.resourceTypes.insert(type)
        if type == "local_file" || type == "local_sensitive_file", let file = block.body["filename"],
            liesInWorkspace(file)
        {
            declarations.localFiles.append(Located("\(type).\(name)", at: file.location))
        }
    }

    /// A relative path, or one made from Terraform's own `path` values.
    private func liesInWorkspace(_ file: Expression) -> Bool {
        if file.tokens.containsList(where: { $0.namesPath(in: ["module", "root", "cwd"]) }) { return true }
        guard let text = file.string, !text.contains("${") else { return false }
        return !text.hasPrefix("/") && !text.hasPrefix("~")
    }

    private mutating func report(_ message: String, at location: SourceLocation) {
        diagnostics.append(.error(message, at: location))
    }
}

private func namesWorkingDirectory(_ tokens: [Token]) -> Bool {
    tokens.namesPath(in: ["cwd"])
        || zip(tokens, tokens.dropFirst()).contains { name, next in
            guard case .group(.parenthesis, _) = next.kind else { return false }
            return name.identifier == "abspath" || name.identifier == "pathexpand"
        }
}

extension [Token] {
    /// Whether `path.NAME` stands in this list, for one of the names.
    fileprivate func namesPath(in names: Set<String>) -> Bool {
        indices.dropLast(2).contains { index in
            self[index].identifier == "path" && self[index + 1].isSymbol(".")
                && self[index + 2].identifier.map(names.contains) == true
                && (index == 0 || !self[index - 1].isSymbol("."))
        }
    }
}

extension VariableDeclaration {
    fileprivate init(_ name: String, _ block: Block) {
        self.init(
            name: name, location: block.location, type: block.body["type"], defaultValue: block.body["default"],
            isSensitive: block.body.mark("sensitive"), isEphemeral: block.body.mark("ephemeral"),
            isNullable: block.body["nullable"]?.boolean, description: block.body["description"]?.string)
    }
}

extension OutputDeclaration {
    fileprivate init(_ name: String, _ block: Block) {
        self.init(
            name: name, location: block.location, isSensitive: block.body.mark("sensitive"),
            isEphemeral: block.body.mark("ephemeral"), description: block.body["description"]?.string)
    }
}

extension Body {
    /// A mark that hides a value: one that cannot be read counts as set, which errs on the safe side.
    fileprivate func mark(_ name: String) -> Bool? {
        self[name].map { $0.boolean ?? true }
    }
}

extension RequiredProvider {
    /// `{ source = "…", version = "…" }`, or just a version in the form of Terraform 0.12.
    fileprivate init(_ attribute: Attribute) {
        var (source, version): (String?, String?) = (nil, attribute.expression.string)
        for member in attribute.expression.shape.members ?? [] {
            if member.key == "source" { source = member.value.value?.stringValue }
            if member.key == "version" { version = member.value.value?.stringValue }
        }
        self.init(source: source, version: version, location: attribute.location)
    }
}
