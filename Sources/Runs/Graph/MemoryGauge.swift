import Files
import FoundationEssentials
import SystemPackage

/// How much memory is left for runs that are yet to be started, on this machine or in this container.
package struct MemoryGauge: Sendable {
    /// Bytes; nil when the system does not say.
    private let available: @Sendable () -> Int?

    /// What one run may take: Terraform, a provider of the largest kind, and their plan.
    private static let perRun = 512 << 20

    package init(available: @escaping @Sendable () -> Int? = { availableMemory() }) {
        self.available = available
    }

    /// Whether one more may start.
    ///
    /// - Parameter young: how many have been started so recently that what they take cannot be seen yet.
    func hasRoom(beside young: Int) -> Bool {
        guard let available = available() else { return true }
        return available >= (young + 1) * Self.perRun
    }
}

/// What the kernel says is left: of the machine's memory, and of the limit that a container may have.
private func availableMemory() -> Int? {
    func lines(of file: String) -> [Substring] {
        guard let data = try? readFile(FilePath(file)) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }
    let machine = lines(of: "/proc/meminfo").first { $0.hasPrefix("MemAvailable:") }
        .flatMap { Int($0.filter(\.isNumber)) }.map { $0 << 10 }
    func number(_ name: String) -> Int? {
        lines(of: "/sys/fs/cgroup/\(name)").first.flatMap { Int($0) }
    }
    // What the kernel keeps of files that were read counts as used, and is given up when somebody wants it.
    let reclaimable =
        lines(of: "/sys/fs/cgroup/memory.stat").first { $0.hasPrefix("inactive_file ") }
        .flatMap { Int($0.filter(\.isNumber)) } ?? 0
    let container = number("memory.max").flatMap { limit in
        number("memory.current").map { max(0, limit - max(0, $0 - reclaimable)) }
    }
    return [machine, container].compactMap { $0 }.min()
}
