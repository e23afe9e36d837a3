package import SystemPackage

/// Asks a person something on the terminal.
package struct Question: Sendable {
    package enum Answer: Hashable, Sendable {
        /// A line, without its line break and the spaces around it.
        case text(String)
        /// Ctrl-D, which means no.
        case endOfInput
        /// There is nobody to ask: no terminal, or `--no-input`. The command refuses and names the flag that answers.
        case nobody
    }

    private let output: Output
    private let input: InputReader

    package init(output: Output, input: FileDescriptor = .standardInput) {
        self.output = output
        self.input = InputReader(input)
    }

    /// Shows the prompt on standard error and waits for one line.
    ///
    /// - Throws: `CancellationError` when the task is cancelled meanwhile; `Errno` when the terminal cannot be read.
    package func ask(_ prompt: String) async throws -> Answer {
        guard output.options.canAsk else { return .nobody }
        output.prompt(prompt + " ")
        do {
            guard let line = try await line() else {
                output.message("")
                return .endOfInput
            }
            return .text(line)
        } catch {
            output.message("")
            throw error
        }
    }

    /// The next line, nil at the end of input.
    private func line() async throws -> String? {
        var bytes: [UInt8] = []
        try await input.read { piece in
            bytes += piece
            // A terminal gives at most one line for each read.
            return piece.last != UInt8(ascii: "\n")
        }
        return bytes.isEmpty ? nil : text(bytes)
    }

    private func text(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        let start = text.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
