package import FoundationEssentials

/// How long something took or takes: `2.1s`, `42s`, `3m 07s`, `1h 02m`.
package func durationText(_ duration: Duration) -> String {
    let seconds = max(0, duration.components.seconds)
    switch seconds {
    case ..<10: return "\(seconds).\(max(0, duration.components.attoseconds) / 100_000_000_000_000_000)s"
    case ..<60: return "\(seconds)s"
    case ..<3600: return "\(seconds / 60)m \(twoDigits(seconds % 60))s"
    default: return "\(seconds / 3600)h \(twoDigits(seconds / 60 % 60))m"
    }
}

private func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

/// A moment for people on a terminal: `3 hours ago`; for everything else `2026-11-21T09:30:12Z` (RFC 3339).
package func momentText(_ moment: Date, now: Date, relative: Bool) -> String {
    guard relative else { return moment.formatted(.iso8601) }
    let seconds = Int(now.timeIntervalSince(moment))
    switch seconds {
    case ..<(-60): return moment.formatted(.iso8601)
    case ..<60: return "just now"
    case ..<3600: return ago(seconds / 60, "minute")
    case ..<86400: return ago(seconds / 3600, "hour")
    case ..<(60 * 86400): return ago(seconds / 86400, "day")
    default: return moment.formatted(.iso8601.year().month().day())
    }
}

private func ago(_ count: Int, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s") ago" }
