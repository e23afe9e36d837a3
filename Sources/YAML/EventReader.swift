import CYAML

/// A place as libyaml counts it: line and column from 0, the column in Unicode scalars.
struct Mark {
    let line: Int
    let column: Int

    init(_ mark: yaml_mark_t) {
        line = Int(mark.line)
        column = Int(mark.column)
    }
}

/// One step through a YAML stream.
struct Event {
    enum Content {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias(String)
        case scalar(YAMLScalar)
        case sequenceStart
        case mappingStart
        case collectionEnd
    }

    /// How a value is written.
    enum Form: Sendable {
        case plain
        case singleQuoted
        case doubleQuoted
        /// `|` or `>`.
        case blockScalar
        case blockCollection
        case flowCollection
    }

    let content: Content
    /// Of scalars, and of the beginning of collections.
    let form: Form?
    let anchor: String?
    let tag: String?
    let start: Mark
    let end: Mark
}

/// What libyaml says when the text is no YAML.
struct SyntaxProblem: Error {
    let message: String
    let mark: Mark
    /// The construct that was being read, "while scanning a quoted scalar", and where it began.
    let context: (message: String, mark: Mark)?
}

/// libyaml's event parser over bytes that outlive it.
final class EventReader {
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// - Parameter bytes: UTF-8, not empty; must stay valid as long as the reader lives.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        parser = .allocate(capacity: 1)
        precondition(yaml_parser_initialize(parser) == 1, "out of memory")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event; after `streamEnd` or an error nothing more may be asked for.
    func next() throws(SyntaxProblem) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { yaml_event_delete(&event) }
        return Event(event)
    }

    private func problem() -> SyntaxProblem {
        let state = parser.pointee
        let message = state.problem.map { String(cString: $0) } ?? "the text cannot be read"
        let context = state.context.map { (String(cString: $0), Mark(state.context_mark)) }
        return SyntaxProblem(message: message, mark: Mark(state.problem_mark), context: context)
    }
}

extension Event {
    fileprivate init(_ event: yaml_event_t) {
        var anchor: UnsafeMutablePointer<yaml_char_t>?
        var tag: UnsafeMutablePointer<yaml_char_t>?
        var form: Form?
        switch event.type {
        case YAML_STREAM_START_EVENT: content = .streamStart
        case YAML_DOCUMENT_START_EVENT: content = .documentStart
        case YAML_DOCUMENT_END_EVENT: content = .documentEnd
        case YAML_ALIAS_EVENT: content = .alias(Self.text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            content = .scalar(YAMLScalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE))
            (anchor, tag) = (scalar.anchor, scalar.tag)
            form = Self.form(scalar.style)
        case YAML_SEQUENCE_START_EVENT:
            content = .sequenceStart
            (anchor, tag) = (event.data.sequence_start.anchor, event.data.sequence_start.tag)
            form = event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE ? .flowCollection : .blockCollection
        case YAML_MAPPING_START_EVENT:
            content = .mappingStart
            (anchor, tag) = (event.data.mapping_start.anchor, event.data.mapping_start.tag)
            form = event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE ? .flowCollection : .blockCollection
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: content = .collectionEnd
        default: content = .streamEnd
        }
        self.form = form
        self.anchor = Self.text(anchor)
        self.tag = Self.text(tag)
        self.start = Mark(event.start_mark)
        self.end = Mark(event.end_mark)
    }

    private static func form(_ style: yaml_scalar_style_t) -> Form {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .blockScalar
        default: .plain
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}
