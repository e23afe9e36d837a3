package import FoundationEssentials
import Glibc

/// How a child ended.
package enum ChildExit: Hashable, Sendable {
    /// By itself, with this exit code.
    case exited(Int32)
    /// Killed by the signal of this number.
    case signaled(Int32)

    package var isSuccess: Bool { self == .exited(0) }

    /// The exit code as shells tell it: 128 and the signal for a child that one has ended.
    package var shellCode: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }

    /// What a process that stood in for the child ends with: ended by the same signal, or with the exit code that is
    /// returned.
    package func adopted() -> Int32 {
        if case .signaled(let signal) = self {
            // The dump of the child is enough.
            var none = rlimit()
            setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
            Glibc.signal(signal, SIG_DFL)
            kill(getpid(), signal)
        }
        return shellCode
    }

    package var isSignaled: Bool { if case .signaled = self { true } else { false } }

    /// The exit code; nil when a signal ended the child.
    package var code: Int? { if case .exited(let code) = self { Int(code) } else { nil } }
}

extension ChildExit: CustomStringConvertible {
    /// The end of a sentence about a program: `ended with exit code 1`, `was killed by signal 9`.
    package var description: String {
        switch self {
        case .exited(let code): "ended with exit code \(code)"
        case .signaled(let signal): "was killed by signal \(signal)"
        }
    }
}

/// What a short helper said, and how it ended.
package struct ChildOutput: Hashable, Sendable {
    package let exit: ChildExit
    package let standardOutput: Data
    package let standardError: Data

    package init(exit: ChildExit, standardOutput: Data, standardError: Data) {
        self.exit = exit
        self.standardOutput = standardOutput
        self.standardError = standardError
    }
}
