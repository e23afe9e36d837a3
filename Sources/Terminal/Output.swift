package import Diagnostics
import Synchronization
package import SystemPackage

/// The reader of standard output has gone (`stack list | head -1`): nothing is wrong, but going on is pointless.
/// The command ends without a message.
package struct OutputClosed: Error, Hashable, Sendable {
    package init() {}
}

/// The only writer to the standard streams: results go to standard output, everything else to standard error.
///
/// While a live block is on the screen, each write first takes it away and then draws it again below.
package final class Output: Sendable {
    package let options: TerminalOptions
    private let standardOutput: FileDescriptor
    private let standardError: FileDescriptor
    private let block = Mutex(ScreenBlock())

    package init(
        options: TerminalOptions,
        standardOutput: FileDescriptor = .standardOutput,
        standardError: FileDescriptor = .standardError
    ) {
        self.options = options
        self.standardOutput = standardOutput
        self.standardError = standardError
    }

    /// The width to which a table on standard output is cut: nil when it is no terminal.
    package var resultWidth: Int? { options.streams.output ? windowSize(of: standardOutput).columns : nil }

    /// The size of the terminal behind standard error, 80 × 24 when unknown.
    package var messageWindow: WindowSize { windowSize(of: standardError) }

    /// Writes a result as it is: no line break is added and nothing is escaped, as a program may read it.
    ///
    /// - Throws: `OutputClosed` when the reader has gone; a `Diagnostic` when the text cannot be written.
    package func write(_ text: String) throws {
        try block.withLock { block in
            let isShared = options.streams.output
            if isShared { show(block.erasing(width: messageWindow.columns)) }
            defer { if isShared { show(block.drawing) } }
            do {
                try standardOutput.writeWhole(text)
            } catch Errno.brokenPipe {
                throw OutputClosed()
            } catch let error as Errno {
                throw Diagnostic.error("standard output cannot be written: \(error.description)")
            }
        }
    }

    /// Writes a result line by line: sanitized, in colour on a terminal.
    ///
    /// - Throws: as `write(_:)`.
    package func write(lines: [StyledLine]) throws {
        guard !lines.isEmpty else { return }
        try write(lines.map { $0.rendered(colored: options.colorsOutput) + "\n" }.joined())
    }

    /// Writes lines to standard error. That nobody can read them stops no work, so it never fails.
    package func message(_ lines: [StyledLine]) {
        guard !lines.isEmpty else { return }
        let text = lines.map { $0.rendered(colored: options.colorsMessages) + "\n" }.joined()
        block.withLock { block in
            show(block.erasing(width: messageWindow.columns) + text + block.drawing)
        }
    }

    package func message(_ text: String, _ style: TextStyle = .plain) {
        message([StyledLine(text, style)])
    }

    /// Writes the start of a line to standard error and stays on that line.
    func prompt(_ text: String) {
        block.withLock { block in
            show(block.erasing(width: messageWindow.columns) + sanitized(text))
            block = ScreenBlock()
        }
    }

    /// Puts these lines in place of the live block; none takes it away. They must not be wider than the terminal.
    func redraw(_ lines: [StyledLine]) {
        block.withLock { block in
            let erasing = block.erasing(width: messageWindow.columns)
            block = ScreenBlock(lines, colored: options.colorsMessages)
            show(erasing + block.drawing)
        }
    }

    private func show(_ text: String) {
        if !text.isEmpty { try? standardError.writeWhole(text) }
    }

    private func windowSize(of descriptor: FileDescriptor) -> WindowSize {
        let size = WindowSize(of: descriptor) ?? .standard
        return WindowSize(columns: options.columns ?? size.columns, rows: size.rows)
    }
}
