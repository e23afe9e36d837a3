/// For how long a worker is given a lock, in nanoseconds: far shorter than a run, and than many a pause in one.
package let workerLease: UInt64 = 500_000_000

/// One thing that a worker has asked of the records, and what came of it.
package struct Operation: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
        /// Takes a lock that is free, or whose lease is over.
        case acquire
        /// Takes the lock of a run that applies from a worker that is dead.
        case takeOver
        /// Says that the lock is still held.
        case renew
        /// From here on the run applies.
        case consume
        /// Keeps a state.
        case write
        /// Ends a run that applies, and releases its lock.
        case finish
        /// Ends a run that was taken over, and releases its lock.
        case end
        case release
    }

    package enum Outcome: String, Hashable, Sendable, Codable {
        case ok
        /// When the records said no: the lock is another's.
        case refused
        /// When nothing was heard: it may have been done, or not, or will be.
        case unknown
        /// When the records said what they never should.
        case failed
    }

    package let kind: Kind
    package let stack: String
    package let run: String
    /// What it was asked with; of what takes a lock, what it was given.
    package var token: Int?
    /// Of a write: the how manieth of its run.
    package var number: Int?
    /// Of a write that was accepted: its place in the order of the database.
    package var sequence: Int?
    package var outcome = Outcome.unknown
    /// When it was asked, in nanoseconds of the clock that all processes of a machine share.
    package let begin: UInt64
    /// When the answer was heard; never, when none was.
    package var end: UInt64
    package var message: String?

    package init(
        _ kind: Kind, stack: String, run: String, token: Int? = nil, number: Int? = nil, sequence: Int? = nil,
        outcome: Outcome = .unknown, begin: UInt64, end: UInt64 = .max
    ) {
        self.kind = kind
        self.stack = stack
        self.run = run
        self.token = token
        self.number = number
        self.sequence = sequence
        self.outcome = outcome
        self.begin = begin
        self.end = end
    }
}

extension Operation {
    /// Whether it gives a token.
    package var isTaking: Bool { kind == .acquire || kind == .takeOver }
    /// Whether it may give the lock back.
    package var isEnding: Bool { kind == .finish || kind == .end || kind == .release }
}

extension Operation: CustomStringConvertible {
    package var description: String {
        let details = [token.map { "token \($0)" }, number.map { "number \($0)" }, sequence.map { "sequence \($0)" }]
        let time = "\(begin / 1000)–\(end == .max ? "" : "\(end / 1000)") µs"
        return
            ([kind.rawValue, outcome.rawValue, stack, run] + details.compactMap { $0 } + [time]
            + [message].compactMap { $0 })
            .joined(separator: " ")
    }
}
