/// What may be done with the standard streams, decided once at start.
///
/// Colours are decided for each stream, because `stack list | less` pipes one of them and not the other.
package struct TerminalOptions: Hashable, Sendable {
    /// Which standard streams lead to a terminal.
    package struct Streams: Hashable, Sendable {
        package var input: Bool
        package var output: Bool
        package var messages: Bool

        package init(input: Bool, output: Bool, messages: Bool) {
            self.input = input
            self.output = output
            self.messages = messages
        }
    }

    /// What the command line says about colours.
    package enum ColorChoice: String, Hashable, Sendable, CaseIterable {
        /// Coloured where the stream is a terminal and the environment does not object.
        case automatic
        /// Never coloured (`--no-color`).
        case never
    }

    package let streams: Streams
    package let colorsOutput: Bool
    package let colorsMessages: Bool
    /// Whether standard error may hold a block that is redrawn.
    package let isLive: Bool
    /// Whether a question may be asked: somebody reads the messages and can type.
    package let canAsk: Bool
    /// What `COLUMNS` says about the width of terminals.
    package let columns: Int?

    /// - Parameters:
    ///   - environment: `NO_COLOR` and `CI` count when they are not empty (`CI=false` does not), `TERM=dumb` forbids
    ///     colours and redrawing, `COLUMNS` overrides the terminal's width.
    ///   - acceptsInput: false for `--no-input`.
    package init(
        environment: [String: String], streams: Streams, color: ColorChoice = .automatic, acceptsInput: Bool = true
    ) {
        let isDumb = environment["TERM"] == "dumb"
        let isContinuousIntegration = !["", "false", "0"].contains(environment["CI"] ?? "")
        let isColored = color == .automatic && !isDumb && (environment["NO_COLOR"] ?? "").isEmpty
        self.streams = streams
        colorsOutput = isColored && streams.output
        colorsMessages = isColored && streams.messages
        isLive = streams.messages && !isDumb && !isContinuousIntegration
        canAsk = acceptsInput && streams.input && streams.messages
        columns = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
}
