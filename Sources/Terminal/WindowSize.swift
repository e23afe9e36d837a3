import Glibc
package import SystemPackage

/// The size of a terminal window in character cells.
package struct WindowSize: Hashable, Sendable {
    package let columns: Int
    package let rows: Int

    /// What a terminal that does not tell is taken for.
    package static let standard = WindowSize(columns: 80, rows: 24)

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// The size that the kernel knows, or nil when the descriptor is no terminal or its size is not set.
    package init?(of descriptor: FileDescriptor) {
        var size = winsize()
        guard ioctl(descriptor.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return nil
        }
        self.init(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }
}

extension TerminalOptions.Streams {
    /// What this process was started with.
    package static func detected() -> Self {
        Self(
            input: isatty(FileDescriptor.standardInput.rawValue) == 1,
            output: isatty(FileDescriptor.standardOutput.rawValue) == 1,
            messages: isatty(FileDescriptor.standardError.rawValue) == 1)
    }
}
