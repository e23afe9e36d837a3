import FoundationEssentials

/// What is worth keeping of a provider's standard error: its last line, and the trace that Go writes of a crash. The rest
/// is a log that Terraform throws away as well; it may hold what is secret.
struct LastWords {
    private var lastLine = Data()
    private var traceBytes: Data?
    /// The beginning of a line whose end has not come.
    private var rest = Data()

    /// Bytes of one line, and of a trace, that are kept.
    private static let limit = 256 << 10

    /// The last line with something on it.
    var line: String { String(decoding: lastLine, as: UTF8.self) }
    /// From the line that says why to the end; nil when there was no crash.
    var trace: String? { traceBytes.map { String(decoding: $0, as: UTF8.self) } }

    mutating func append(_ bytes: Data) {
        rest += bytes
        var start = rest.startIndex
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            take(rest[start..<end])
            start = rest.index(after: end)
        }
        rest = Data(rest[start...].prefix(Self.limit))
    }

    private mutating func take(_ line: Data) {
        if !line.isEmpty { lastLine = line }
        if let known = traceBytes {
            if known.count < Self.limit { traceBytes = known + [UInt8(ascii: "\n")] + line }
        } else if ["panic: ", "fatal error: "].contains(where: { line.starts(with: $0.utf8) }) {
            traceBytes = line
        }
    }
}
