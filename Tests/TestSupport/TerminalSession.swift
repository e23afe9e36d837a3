import Foundation
import Glibc
import Synchronization

/// A command under a pseudo-terminal: what a person sees, and keys to press.
package final class TerminalSession: Sendable {
    package let process: RunningProcess
    private struct State {
        var master: Int32
        var received = Data()
    }
    private let state: Mutex<State>

    init(columns: UInt16, rows: UInt16, start: (_ terminal: String) throws -> RunningProcess) throws {
        var (master, slave): (Int32, Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&master, &slave, &name, nil, &size) == 0 else {
            throw SpawnFailure(program: "pseudo-terminal", reason: String(cString: strerror(errno)))
        }
        _ = fcntl(master, F_SETFD, FD_CLOEXEC)
        _ = fcntl(slave, F_SETFD, FD_CLOEXEC)
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        // The master reads nothing but an error while nobody has the other side open: it is closed after the start.
        defer { _ = Glibc.close(slave) }
        state = Mutex(State(master: master))
        process = try start(String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// Everything that came so far, with its escape sequences.
    package var raw: String {
        state.withLock { state in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while state.master >= 0 {
                let count = read(state.master, &buffer, buffer.count)
                guard count > 0 else { break }
                state.received.append(contentsOf: buffer.prefix(count))
            }
            return String(decoding: state.received, as: UTF8.self)
        }
    }

    /// Everything that came so far without colours and movements of the cursor.
    package var text: String {
        raw.replacingOccurrences(of: "\u{1B}\\[[0-9;?]*[A-Za-z]", with: "", options: .regularExpression)
            .replacingOccurrences(of: "\r", with: "")
    }

    /// Waits until a text has come.
    package func wait(for wanted: String, within limit: Duration = .seconds(60)) async throws {
        do {
            try await eventually(wanted, within: limit) { text.contains(wanted) }
        } catch let timeout as Timeout {
            throw Timeout("\(timeout)\n--- the terminal showed\n\(text)")
        }
    }

    package func type(_ keys: String) {
        state.withLock { state in
            let bytes = Array(keys.utf8)
            _ = write(state.master, bytes, bytes.count)
        }
    }

    /// Ctrl-C.
    package func interrupt() { type("\u{03}") }

    /// Closes the window: whoever works in it gets SIGHUP.
    package func close() {
        _ = raw
        state.withLock { state in
            if state.master >= 0 { _ = Glibc.close(state.master) }
            state.master = -1
        }
    }

    /// Waits for the end of the command.
    ///
    /// - Returns: its exit code; what it wrote is in `text`.
    package func exitCode(within limit: Duration = .seconds(120)) async throws -> Int32 {
        do {
            return try await eventually("the end of \(process.command)", within: limit) {
                _ = raw
                return process.exitCode
            }
        } catch let timeout as Timeout {
            throw Timeout("\(timeout)\n--- the terminal showed\n\(text)")
        }
    }

    deinit { close() }
}
