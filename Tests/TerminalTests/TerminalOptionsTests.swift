import Testing

@testable import Terminal

struct TerminalOptionsTests {
    private static let terminals = TerminalOptions.Streams(input: true, output: true, messages: true)

    @Test(arguments: [
        ([:], true, true),
        (["NO_COLOR": "1"], false, true),
        (["NO_COLOR": ""], true, true),
        (["TERM": "dumb"], false, false),
        (["TERM": "xterm-256color"], true, true),
        (["CI": "true"], true, false),
        (["CI": "false"], true, true),
        (["CI": ""], true, true),
    ])
    func `the environment decides about colours and the live block`(
        environment: [String: String], isColored: Bool, isLive: Bool
    ) {
        let options = TerminalOptions(environment: environment, streams: Self.terminals)
        #expect(options.colorsOutput == isColored)
        #expect(options.colorsMessages == isColored)
        #expect(options.isLive == isLive)
    }

    @Test func `no-color on the command line switches colours off and leaves the live block`() {
        let options = TerminalOptions(environment: [:], streams: Self.terminals, color: .never)
        #expect(!options.colorsOutput)
        #expect(!options.colorsMessages)
        #expect(options.isLive)
    }

    @Test func `each stream is judged by itself`() {
        let options = TerminalOptions(
            environment: [:], streams: .init(input: true, output: false, messages: true))
        #expect(!options.colorsOutput)
        #expect(options.colorsMessages)
        #expect(options.canAsk)
    }

    @Test(arguments: [
        (TerminalOptions.Streams(input: true, output: false, messages: true), true, true),
        (.init(input: true, output: true, messages: true), false, false),
        (.init(input: false, output: true, messages: true), true, false),
        (.init(input: true, output: true, messages: false), true, false),
    ])
    func `a question needs a terminal to show it and one to type the answer`(
        streams: TerminalOptions.Streams, acceptsInput: Bool, canAsk: Bool
    ) {
        #expect(TerminalOptions(environment: [:], streams: streams, acceptsInput: acceptsInput).canAsk == canAsk)
    }

    @Test(arguments: [("120", 120), ("0", nil), ("-5", nil), ("wide", nil), ("", nil)])
    func `COLUMNS counts when it is a positive number`(text: String, columns: Int?) {
        let options = TerminalOptions(environment: ["COLUMNS": text], streams: Self.terminals)
        #expect(options.columns == columns)
    }

    @Test func `the size of a terminal is the kernel's`() throws {
        let terminal = try PseudoTerminal(columns: 101, rows: 33)
        #expect(WindowSize(of: terminal.program) == WindowSize(columns: 101, rows: 33))
    }
}
