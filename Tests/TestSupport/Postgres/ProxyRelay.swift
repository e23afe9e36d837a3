import Glibc

/// The thread of a proxy: it owns the sockets, and nobody else touches them.
struct ProxyRelay: Sendable {
    let listener: Int32
    /// The end of a pipe: what comes through it says that the faults have changed.
    let wakeUp: Int32
    let target: UInt16

    func run(
        taking take: () -> (faults: PostgresProxy.Faults, done: [CheckedContinuation<Void, Never>])
    ) {
        var links: [ProxyLink] = []
        while true {
            let (faults, done) = take()
            if faults.cuts || faults.ends {
                for link in links { link.reset() }
                links = []
            }
            if faults.ends {
                close(listener)
                close(wakeUp)
            }
            for continuation in done { continuation.resume() }
            if faults.ends { return }

            let hasClient = wait(for: links, faults)
            if hasClient, let link = accept(faults) { links.append(link) }
            guard !faults.stalls else { continue }
            for index in links.indices { links[index].pass(delay: faults.delay) }
            for link in links where link.isOver { link.close() }
            links.removeAll(where: \.isOver)
        }
    }

    /// Waits until there is something to do.
    ///
    /// - Returns: whether a client knocks.
    private func wait(for links: [ProxyLink], _ faults: PostgresProxy.Faults) -> Bool {
        var polls = [wakeUp, listener].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var limit: Duration?
        if !faults.stalls {
            let now = ContinuousClock.now
            polls += links.flatMap { $0.polls(at: now) }
            limit = links.compactMap { $0.nextDue(after: now) }.min().map { $0 - now }
        }
        // Rounded up: before it is due there is nothing to do.
        let milliseconds = limit.map { Int32(($0 / .milliseconds(1)).rounded(.up)) } ?? -1
        guard poll(&polls, nfds_t(polls.count), milliseconds) > 0 else { return false }
        if polls[0].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 64)
            _ = read(wakeUp, &bytes, bytes.count)
        }
        return polls[1].revents != 0
    }

    private func accept(_ faults: PostgresProxy.Faults) -> ProxyLink? {
        let client = Glibc.accept(listener, nil, nil)
        guard client >= 0 else { return nil }
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        guard !faults.refuses, let server = try? connect(to: target) else {
            reset(client)
            return nil
        }
        return ProxyLink(client: client, server: server)
    }
}
