import Foundation
import JSON

/// This process, so that others can find out whether it lives.
func thisProcess() -> JSONValue {
    ["pid": .number(.init(Int(getpid()))), "began": .string(beginning(of: Int(getpid())) ?? "")]
}

/// Whether it is proved that a process has ended.
func isDead(_ process: JSONValue) -> Bool {
    guard let pid = process["pid"]?.integerValue, let began = process["began"]?.stringValue else { return false }
    return beginning(of: pid) != began
}

/// When a process began, as the kernel counts; nil for one that is dead.
private func beginning(of pid: Int) -> String? {
    guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
    // The name of the program stands in brackets, and may hold anything.
    let words = String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    guard words.count > 19, words[0] != "Z", words[0] != "X" else { return nil }
    return String(words[19])
}
