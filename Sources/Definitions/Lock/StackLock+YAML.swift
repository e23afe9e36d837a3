import Diagnostics
import FoundationEssentials
import YAML

extension StackLock {
    package static let fileName = "stack.lock"

    /// Reads the file's text.
    ///
    /// - Throws: `DiagnosticList` with every mistake. A field that is not known is one: a newer `stack` has written it,
    ///   and writing the file without it would lose what it means.
    init(parsing data: Data) throws {
        let stream = parseYAML(data, file: Self.fileName)
        let problems = ProblemCollector()
        problems.add(stream.diagnostics)
        let start = SourceLocation(file: Self.fileName, line: 1, column: 1)
        var lock: StackLock?
        if let document = stream.documents.first, stream.documents.count == 1 {
            let context = DecodingContext(group: .fleet, problems: problems)
            let value = FieldValue(node: document.root, path: "", keyLocation: start, context: context)
            if document.root.mapping != nil {
                lock = Self.decode(MappingReader(value))
            } else {
                problems.error("`\(Self.fileName)` must be a mapping, not \(document.root.summary)", at: start)
            }
        } else if stream.diagnostics.isEmpty {
            problems.error("`\(Self.fileName)` must hold one document", at: start)
        }
        let found = problems.finish().map { diagnostic in
            var diagnostic = diagnostic
            diagnostic.excerpt = diagnostic.location.flatMap { stream.text.line($0.line) }
            return diagnostic
        }
        guard let lock, found.isEmpty else { throw DiagnosticList(found) }
        self = lock
    }

    private static func decode(_ fields: MappingReader) -> StackLock? {
        let project = fields.requiredField("project").flatMap(identity)
        let key = fields.field("key")?.nonEmptyString()
        let templates = fields.field("templates")?.elements()?.compactMap(pin) ?? []
        let states = entries(fields.field("states")) { fields in
            let id = fields.requiredField("id").flatMap(identity)
            let store = fields.requiredField("store")?.nonEmptyString()
            let place = fields.requiredField("where")?.nonEmptyString()
            guard let id, let store, let place else { return nil as State? }
            return State(id: id, store: store.value, place: place.value)
        }
        fields.finish(elsewhere: newerVersion)
        return project.map { StackLock(project: $0, key: key?.value, templates: templates, states: states) }
    }

    private static func pin(_ element: FieldValue) -> TemplatePin? {
        guard let fields = element.fields() else { return nil }
        let name = fields.requiredField("name")?.name(.strict)
        let wanted = fields.field("wanted")?.nonEmptyString()
        let catalog = fields.field("catalog")?.nonEmptyString()
        let source = fields.requiredField("source")?.nonEmptyString()
        let version = fields.requiredField("version")?.semanticVersion()
        let digest = fields.requiredField("digest")?.contentDigest()
        fields.finish(elsewhere: newerVersion)
        guard let name, let source, let version, let digest else { return nil }
        return TemplatePin(
            name: name.value, wanted: wanted?.value, catalog: catalog?.value, source: source.value,
            version: version.value.description, digest: digest.value)
    }

    private static func newerVersion(_ field: String) -> String? { "it was written by a newer `stack`" }

    private static func entries<Entry>(
        _ field: FieldValue?, decode: (MappingReader) -> Entry?
    ) -> [String: Entry] {
        var decoded: [String: Entry] = [:]
        for (key, value) in field?.entries() ?? [] {
            guard let fields = value.fields() else { continue }
            decoded[key.value] = decode(fields)
            fields.finish(elsewhere: newerVersion)
        }
        return decoded
    }

    private static func identity(_ field: FieldValue) -> UUID? {
        guard let text = field.string() else { return nil }
        guard let id = UUID(uuidString: text.value) else {
            field.mustBe("a UUID")
            return nil
        }
        return id
    }

    /// The file's text; keys are sorted, so that a change is a small difference in the repository.
    var text: String {
        var pairs: [YAMLContent.Pair] = [.init("project", .string(Self.text(project)))]
        if let key { pairs.append(.init("key", .string(key))) }
        if !templates.isEmpty { pairs.append(.init("templates", .sequence(Self.sorted(templates).map(Self.content)))) }
        if !states.isEmpty {
            pairs.append(
                .init(
                    "states",
                    Self.content(states) {
                        [
                            .init("id", .string(Self.text($0.id))), .init("store", .string($0.store)),
                            .init("where", .string($0.place)),
                        ]
                    }))
        }
        return "# Written by `stack`; commit it.\n" + YAMLWriter.text(.mapping(pairs))
    }

    private static func content<Entry>(
        _ entries: [String: Entry], _ fields: (Entry) -> [YAMLContent.Pair]
    ) -> YAMLContent {
        .mapping(entries.sorted { $0.key < $1.key }.map { .init($0.key, .mapping(fields($0.value))) })
    }

    private static func sorted(_ pins: [TemplatePin]) -> [TemplatePin] {
        pins.sorted { ($0.name, $0.wanted ?? "", $0.source) < ($1.name, $1.wanted ?? "", $1.source) }
    }

    private static func content(_ pin: TemplatePin) -> YAMLContent {
        let fields = [
            ("name", pin.name), ("wanted", pin.wanted), ("catalog", pin.catalog), ("source", pin.source),
            ("version", pin.version), ("digest", pin.digest),
        ]
        return .mapping(fields.compactMap { name, text in text.map { .init(name, .string($0)) } })
    }

    private static func text(_ id: UUID) -> String { id.uuidString.lowercased() }
}
