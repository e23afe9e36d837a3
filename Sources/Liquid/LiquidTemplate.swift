package import Diagnostics
package import JSON

/// A text with Liquid in it, read once and rendered as often as wanted.
///
/// The language is Shopify's, with the tags and filters that `Documentation/templating.md` lists, and it is strict: what
/// is unknown or of the wrong type is an error at its place, never an empty text or the text as it was. Rendering reads
/// nothing but the variables that are given, so equal variables give equal texts.
package struct LiquidTemplate: Sendable {
    private let source: TemplateSource
    private let nodes: [Node]
    private let limits: LiquidLimits

    /// Reads a whole file.
    ///
    /// - Parameter file: as people should see it in errors.
    /// - Throws: everything that is wrong with its syntax, by place.
    package init(
        parsing text: String, file: String, limits: LiquidLimits = LiquidLimits()
    ) throws(DiagnosticList) {
        try self.init(TemplateSource(text, file: file), limits)
    }

    /// Reads a text that stands in another file, such as a field of a definition. Its errors all name that field: where
    /// in the file a character stands is not known, because quotes and folding moved it.
    package init(
        parsing text: String, at field: SourceLocation, limits: LiquidLimits = LiquidLimits()
    ) throws(DiagnosticList) {
        try self.init(TemplateSource(text, field: field), limits)
    }

    private init(_ source: TemplateSource, _ limits: LiquidLimits) throws(DiagnosticList) {
        var parser = TemplateParser(source)
        let nodes = parser.parse()
        guard parser.problems.isEmpty else { throw source.finish(parser.problems) }
        self.source = source
        self.nodes = nodes
        self.limits = limits
    }

    /// The text with everything filled in.
    ///
    /// - Parameter variables: by name. A name that is missing here, or in an object that is a variable, is an error
    ///   wherever it stands, so what may be unset is given as null.
    /// - Throws: what cannot be filled in, by place; nothing is rendered then.
    package func render(_ variables: [String: JSONValue]) throws(DiagnosticList) -> String {
        var renderer = Renderer(variables, limits)
        let text = renderer.render(nodes)
        guard renderer.problems.isEmpty else { throw source.finish(renderer.problems) }
        return text
    }
}

/// What one rendering may use at the most, so that no template runs for ever or fills the memory.
package struct LiquidLimits: Hashable, Sendable {
    /// Turns of all loops together.
    package let iterations: Int
    /// Bytes of text that are made: the output, and what filters and `capture` give.
    package let bytes: Int

    package init(iterations: Int = 100_000, bytes: Int = 8 << 20) {
        self.iterations = iterations
        self.bytes = bytes
    }
}
