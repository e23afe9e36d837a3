import Glibc

/// One client's connection to the server, through the proxy.
struct ProxyLink {
    private let client: Int32
    private let server: Int32
    private var toServer: Flow
    private var toClient: Flow

    init(client: Int32, server: Int32) {
        for socket in [client, server] { set(TCP_NODELAY, of: socket, level: Int32(IPPROTO_TCP), to: Int32(1)) }
        self.client = client
        self.server = server
        toServer = Flow(source: client, destination: server)
        toClient = Flow(source: server, destination: client)
    }

    /// When one side has ended, and has had its last words passed on.
    var isOver: Bool { toServer.isOver || toClient.isOver }

    mutating func pass(delay: Duration) {
        toServer.pass(delay: delay)
        toClient.pass(delay: delay)
    }

    func polls(at now: ContinuousClock.Instant) -> [pollfd] { toServer.polls(at: now) + toClient.polls(at: now) }

    func nextDue(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        [toServer.due, toClient.due].compactMap { $0 }.filter { $0 > now }.min()
    }

    func close() { for socket in [client, server] { Glibc.close(socket) } }

    func reset() { for socket in [client, server] { TestSupport.reset(socket) } }
}

/// One direction of a connection: what was read, and when it may go on.
private struct Flow {
    let source: Int32
    let destination: Int32
    private var held: [(due: ContinuousClock.Instant, bytes: ArraySlice<UInt8>)] = []
    private var hasEnded = false
    private var isBroken = false

    init(source: Int32, destination: Int32) {
        self.source = source
        self.destination = destination
    }

    var isOver: Bool { isBroken || hasEnded && held.isEmpty }
    /// When the next bytes may go on.
    var due: ContinuousClock.Instant? { held.first?.due }
    /// Beyond this many pieces the sender has to wait, as on any network.
    private var hasRoom: Bool { held.count < 64 }

    func polls(at now: ContinuousClock.Instant) -> [pollfd] {
        var polls: [pollfd] = []
        if !hasEnded && hasRoom { polls.append(pollfd(fd: source, events: Int16(POLLIN), revents: 0)) }
        if let due, due <= now { polls.append(pollfd(fd: destination, events: Int16(POLLOUT), revents: 0)) }
        return polls
    }

    /// Reads what there is and writes what is due, without waiting for either.
    mutating func pass(delay: Duration) {
        let now = ContinuousClock.now
        while !hasEnded && hasRoom {
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(source, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            if count < 0 && errno == EAGAIN { break }
            if count > 0 { held.append((now + delay, bytes[..<count])) } else { hasEnded = true }
        }
        while let first = held.first, first.due <= now {
            let count = first.bytes.withUnsafeBytes {
                send(destination, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
            }
            if count < 0 {
                isBroken = errno != EAGAIN
                return
            }
            held[0].bytes = first.bytes.dropFirst(count)
            if held[0].bytes.isEmpty { held.removeFirst() }
        }
    }
}
