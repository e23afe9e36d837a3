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
/// While a live block is on the screen, a result first takes it away and then draws it again below; messages wait for the
/// next frame, so that many of them cost no more than one.
package final class Output: Sendable {
    package let options: TerminalOptions
    private let standardOutput: FileDescriptor
    private let standardError: FileDescriptor
    private let screen = Mutex(Screen())

    /// The end of what a terminal shows.
    private struct Screen {
        var block = ScreenBlock()
        /// What has been said since the block was drawn.
        var unsaid = ""
    }

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
        try screen.withLock { screen in
            let isShared = options.streams.output
            if isShared { show(erasing(&screen)) }
            defer { if isShared { show(screen.block.drawing) } }
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
        screen.withLock { screen in
            if screen.block.isEmpty { show(text) } else { screen.unsaid += text }
        }
    }

    package func message(_ text: String, _ style: TextStyle = .plain) {
        message([StyledLine(text, style)])
    }

    /// Writes the start of a line to standard error and stays on that line.
    func prompt(_ text: String) {
        screen.withLock { screen in
            show(erasing(&screen) + sanitized(text))
            screen.block = ScreenBlock()
        }
    }

    /// Puts these lines in place of the live block; none takes it away. They must not be wider than the terminal.
    func redraw(_ lines: [StyledLine]) {
        let new = ScreenBlock(lines, colored: options.colorsMessages)
        screen.withLock { screen in
            if screen.unsaid.isEmpty {
                if new != screen.block { show(screen.block.replacing(with: new, width: messageWindow.columns)) }
            } else {
                show(erasing(&screen) + new.drawing)
            }
            screen.block = new
        }
    }

    /// Takes the block away and says what has waited.
    private func erasing(_ screen: inout Screen) -> String {
        defer { screen.unsaid = "" }
        return screen.block.erasing(width: messageWindow.columns) + screen.unsaid
    }

    private func show(_ text: String) {
        if !text.isEmpty { try? standardError.writeWhole(text) }
    }

    private func windowSize(of descriptor: FileDescriptor) -> WindowSize {
        let size = WindowSize(of: descriptor) ?? .standard
        return WindowSize(columns: options.columns ?? size.columns, rows: size.rows)
    }
}
