import Glibc

// TCP on 127.0.0.1, as far as a proxy needs it.

/// A call of the kernel has failed.
struct SocketFailure: Error, CustomStringConvertible {
    let description: String

    /// - Parameter call: the call that has just failed.
    init(_ call: String) { description = "\(call): \(String(cString: strerror(errno)))" }
}

/// A socket that listens on a free port.
func listen() throws -> (socket: Int32, port: UInt16) {
    let socket = try makeSocket()
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withGeneric(&address) { address in
        bind(socket, address, length) == 0 && Glibc.listen(socket, 128) == 0
            && getsockname(socket, address, &length) == 0
    }
    guard isListening else {
        defer { close(socket) }
        throw SocketFailure("listen")
    }
    return (socket, UInt16(bigEndian: address.sin_port))
}

/// A connection to a port.
func connect(to port: UInt16) throws -> Int32 {
    let socket = try makeSocket()
    var address = loopback(port: port)
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    guard withGeneric(&address, { Glibc.connect(socket, $0, length) }) == 0 else {
        defer { close(socket) }
        throw SocketFailure("connect")
    }
    return socket
}

/// Closes a connection so that its other end is told of an error, not of an end.
func reset(_ socket: Int32) {
    set(SO_LINGER, of: socket, level: SOL_SOCKET, to: linger(l_onoff: 1, l_linger: 0))
    close(socket)
}

func set<Value: BitwiseCopyable>(_ option: Int32, of socket: Int32, level: Int32, to value: Value) {
    withUnsafeBytes(of: value) { _ = setsockopt(socket, level, option, $0.baseAddress, socklen_t($0.count)) }
}

private func makeSocket() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SocketFailure("socket") }
    return descriptor
}

private func loopback(port: UInt16) -> sockaddr_in {
    sockaddr_in(
        sin_family: sa_family_t(AF_INET), sin_port: port.bigEndian,
        sin_addr: in_addr(s_addr: INADDR_LOOPBACK.bigEndian),
        sin_zero: (0, 0, 0, 0, 0, 0, 0, 0))
}

private func withGeneric<Result>(
    _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Result
) -> Result {
    withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
    }
}
