package import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage

/// A process of this machine that belongs to a run.
package struct LivingProcess: Hashable, Sendable {
    package let pid: Int32
    package let parent: Int32
    /// The last part of the first word of its command line. The other words may be secret.
    package let name: String
    /// In clock ticks since the machine started.
    package let startTime: UInt64
}

extension LivingProcess {
    /// Sends `signal` to this process alone, unless its pid has become another process's.
    ///
    /// - Returns: false when the process does not live any more.
    /// - Throws: when this user may not signal it.
    package func send(_ signal: ChildSignal) throws(Diagnostic) -> Bool {
        guard let now = ProcessIdentity.of(pid), now.startTime == startTime else { return false }
        return try now.send(signal)
    }
}

/// What still lives of a run: every process of this machine (of this container, inside one) whose environment holds
/// `name=value`, or that is in one of the `sessions` or in the process group of that number, in the order of pids.
///
/// The environment is the one that the process was started with. The calling process and zombies do not count. The
/// environments of other users' processes cannot be read; these are found by their session alone.
///
/// - Throws: a `Diagnostic` when this process cannot look: then nothing may be taken for ended.
package func livingProcesses(
    withEnvironment name: String, value: String, sessions: Set<Int32> = []
) throws(Diagnostic) -> [LivingProcess] {
    let entry = Array("\(name)=\(value)".utf8)
    let own = getpid()
    do {
        let pids = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
        return try pids.filter { $0 != own }.sorted().compactMap { pid in
            guard let status = try ProcessStatus(of: pid), !status.hasEnded else { return nil }
            let isMember = sessions.contains(status.session) || sessions.contains(status.processGroup)
            guard try isMember || environment(of: pid, holds: entry) else { return nil }
            return LivingProcess(
                pid: pid, parent: status.parent, name: commandName(of: pid) ?? status.name,
                startTime: status.startTime)
        }
    } catch {
        throw .error("The processes of this machine cannot be looked at: \(error)", outcome: .unavailable)
    }
}

/// Every living process of this machine whose environment has a variable, with its value, in the order of pids. What
/// cannot be looked at is left out.
package func livingProcesses(withEnvironment name: String) throws -> [(process: LivingProcess, value: String)] {
    let start = Array("\(name)=".utf8)
    let pids = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
    return pids.filter { $0 != getpid() }.sorted().compactMap { pid in
        guard let content = try? readVirtualFile(FilePath("/proc/\(pid)/environ")),
            let entry = content.split(separator: 0).first(where: { $0.starts(with: start) }),
            let status = try? ProcessStatus(of: pid), !status.hasEnded
        else { return nil }
        let process = LivingProcess(
            pid: pid, parent: status.parent, name: commandName(of: pid) ?? status.name, startTime: status.startTime)
        return (process, String(decoding: entry.dropFirst(start.count), as: UTF8.self))
    }
}

/// The environment that a process was started with; nil when it cannot be looked at.
package func processEnvironment(of pid: Int32) -> [String: String]? {
    guard let content = try? readVirtualFile(FilePath("/proc/\(pid)/environ")) else { return nil }
    let entries = content.split(separator: 0).map { entry in
        let parts = entry.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        return (String(decoding: parts[0], as: UTF8.self), String(decoding: parts.dropFirst().joined(), as: UTF8.self))
    }
    return Dictionary(entries) { first, _ in first }
}

private func environment(of pid: Int32, holds entry: [UInt8]) throws -> Bool {
    do {
        let content = try readVirtualFile(FilePath("/proc/\(pid)/environ"))
        return content.split(separator: 0).contains { $0.elementsEqual(entry) }
    } catch let problem as Errno where problem.saysGone || problem.saysHidden {
        return false
    }
}

private func commandName(of pid: Int32) -> String? {
    guard let content = try? readVirtualFile(FilePath("/proc/\(pid)/cmdline")) else { return nil }
    let path = FilePath(String(decoding: content.prefix { $0 != 0 }, as: UTF8.self))
    return path.lastComponent?.string
}
