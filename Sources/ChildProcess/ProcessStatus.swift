import SystemPackage

/// What the kernel says about one process: the fields of `/proc/PID/stat` that this program uses (proc(5)).
struct ProcessStatus: Hashable, Sendable {
    let name: String
    let state: Character
    let parent: Int32
    let processGroup: Int32
    let session: Int32
    /// In clock ticks since the machine started.
    let startTime: UInt64

    /// Ended, and only waiting for its parent to take note.
    var hasEnded: Bool { state == "Z" || state == "X" || state == "x" }

    /// The status of the process `pid`; nil when there is none, or when it may not be seen.
    ///
    /// - Throws: an `Errno` when this process cannot look, because it has too many files open, for example.
    init?(of pid: Int32) throws {
        do {
            let text = try readVirtualFile(FilePath("/proc/\(pid)/stat"))
            self.init(parsing: String(decoding: text, as: UTF8.self))
        } catch let problem as Errno where problem.saysGone || problem.saysHidden {
            return nil
        }
    }

    /// The name stands in parentheses and may itself hold spaces and parentheses, so the fields are counted from the
    /// last closing one.
    init?(parsing text: String) {
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close else { return nil }
        let fields = text[text.index(after: close)...].split(whereSeparator: \.isWhitespace)
        // Field 3 of the manual page is the first one here.
        guard fields.count > 19, let state = fields[0].first, let parent = Int32(fields[1]),
            let processGroup = Int32(fields[2]), let session = Int32(fields[3]), let startTime = UInt64(fields[19])
        else { return nil }
        self.name = String(text[text.index(after: open)..<close])
        self.state = state
        self.parent = parent
        self.processGroup = processGroup
        self.session = session
        self.startTime = startTime
    }
}

extension Errno {
    /// The process has ended, before or while its file was read.
    var saysGone: Bool { self == .noSuchFileOrDirectory || self == .noSuchProcess }

    /// The process is another user's.
    var saysHidden: Bool { self == .permissionDenied || self == .notPermitted }
}

/// All bytes of a file of `/proc` or `/sys`, whose size the kernel does not tell.
func readVirtualFile(_ path: FilePath) throws -> [UInt8] {
    let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
    return try descriptor.closeAfter {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try chunk.withUnsafeMutableBytes { try descriptor.read(into: $0) }
            if count == 0 { return content }
            content += chunk[..<count]
        }
    }
}
