import Dispatch
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
    private let input: FileDescriptor

    package init(output: Output, input: FileDescriptor = .standardInput) {
        self.output = output
        self.input = input
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

    /// The next line, nil at the end of input. Waits without a thread, so that cancelling takes effect at once.
    private func line() async throws -> String? {
        let (readiness, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (releases, release) = AsyncStream<Void>.makeStream()
        let source = DispatchSource.makeReadSource(fileDescriptor: input.rawValue)
        source.setEventHandler { signal.yield() }
        source.setCancelHandler { release.finish() }
        source.activate()
        let result: Result<String?, any Error>
        do {
            result = .success(try await line(whenever: readiness))
        } catch {
            result = .failure(error)
        }
        source.cancel()
        // Only now may the descriptor be closed and its number be used anew. In a task that is never cancelled itself.
        await Task { for await _ in releases {} }.value
        return try result.get()
    }

    private func line(whenever readiness: AsyncStream<Void>) async throws -> String? {
        var bytes: [UInt8] = []
        for await _ in readiness {
            // A terminal gives at most one line for each read.
            let chunk = try [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
                count = try input.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            bytes += chunk
            if chunk.isEmpty { return bytes.isEmpty ? nil : text(bytes) }
            if chunk.last == UInt8(ascii: "\n") { return text(bytes) }
        }
        throw CancellationError()
    }

    private func text(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        let start = text.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
