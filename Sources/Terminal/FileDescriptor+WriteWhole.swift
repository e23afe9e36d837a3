import Glibc
import SystemPackage

extension FileDescriptor {
    /// Writes all bytes: goes on after an interrupting signal and after a short write, and waits where the descriptor is
    /// in non-blocking mode (a parent may have left a shared terminal so).
    ///
    /// - Throws: `Errno`; `.brokenPipe` when the reader has gone (no SIGPIPE is raised).
    func writeWhole(_ text: String) throws {
        var text = text
        try text.withUTF8 { bytes in
            try withoutBrokenPipeSignal {
                var rest = UnsafeRawBufferPointer(bytes)
                while !rest.isEmpty {
                    do {
                        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(try write(rest)))
                    } catch Errno.resourceTemporarilyUnavailable {
                        var request = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
                        poll(&request, 1, -1)
                    }
                }
            }
        }
    }
}

/// Keeps SIGPIPE from this thread while `body` writes, and takes a pending one away again. Ignoring the signal for the
/// whole process would be shorter, but every child would inherit that.
private func withoutBrokenPipeSignal(_ body: () throws -> Void) rethrows {
    var pipeSignal = sigset_t()
    var pending = sigset_t()
    var previous = sigset_t()
    sigemptyset(&pipeSignal)
    sigaddset(&pipeSignal, SIGPIPE)
    sigpending(&pending)
    let wasPending = sigismember(&pending, SIGPIPE) == 1
    pthread_sigmask(SIG_BLOCK, &pipeSignal, &previous)
    defer {
        if !wasPending {
            var immediately = timespec()
            while sigtimedwait(&pipeSignal, nil, &immediately) == -1, errno == EINTR {}
        }
        pthread_sigmask(SIG_SETMASK, &previous, nil)
    }
    try body()
}
