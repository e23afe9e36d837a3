import FoundationEssentials
import Glibc
import SystemPackage

/// One process, named so that it can be recognised later and from elsewhere: a pid alone is soon another process's.
package struct ProcessIdentity: Codable, Hashable, Sendable {
    /// The name of the host, for people too.
    package let host: String
    /// The content of `/etc/machine-id`; empty where there is none, as in most containers.
    package let machineID: String
    /// Another one after every start of the kernel (`/proc/sys/kernel/random/boot_id`).
    package let bootID: String
    /// Where the pid counts (`/proc/self/ns/pid`), for example `pid:[4026531836]`.
    package let pidNamespace: String
    package let pid: Int32
    /// In clock ticks since the machine started (field 22 of `/proc/PID/stat`); 0 when it could not be found out.
    package let startTime: UInt64

    package init(
        host: String, machineID: String, bootID: String, pidNamespace: String, pid: Int32, startTime: UInt64
    ) {
        self.host = host
        self.machineID = machineID
        self.bootID = bootID
        self.pidNamespace = pidNamespace
        self.pid = pid
        self.startTime = startTime
    }

    /// This process.
    package static func current() -> ProcessIdentity {
        ProcessIdentity(pid: getpid(), startTime: (try? ProcessStatus(of: getpid()))?.startTime ?? 0)
    }

    /// Whether its machine was started again since, or is another one that was made from the same image.
    package var isOfAnotherBoot: Bool { bootID != ProcessIdentity.current().bootID }

    /// The process that has `pid` on this machine now, one that ended but was not waited for included; nil when there
    /// is none.
    package static func of(_ pid: Int32) -> ProcessIdentity? {
        (try? ProcessStatus(of: pid)).map { ProcessIdentity(pid: pid, startTime: $0.startTime) }
    }

    private init(pid: Int32, startTime: UInt64) {
        self.init(
            host: hostName(),
            machineID: firstLine(of: "/etc/machine-id"),
            bootID: firstLine(of: "/proc/sys/kernel/random/boot_id"),
            pidNamespace: linkTarget(of: "/proc/self/ns/pid"),
            pid: pid,
            startTime: startTime
        )
    }
}

extension ProcessIdentity: CustomStringConvertible {
    package var description: String { "pid \(pid) on \(host)" }
}

private func hostName() -> String {
    var system = utsname()
    guard uname(&system) == 0 else { return "" }
    return withUnsafeBytes(of: &system.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

private func firstLine(of path: FilePath) -> String {
    let content = (try? readVirtualFile(path)) ?? []
    return String(decoding: content.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
}

private func linkTarget(of path: String) -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? ""
}
