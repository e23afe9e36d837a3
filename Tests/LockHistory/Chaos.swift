import Glibc
import TestSupport

/// What happens to the workers of a trial.
struct Chaos {
    /// What has happened, for people.
    struct Faults: Hashable, Sendable {
        var stops = 0
        var kills = 0
        var cuts = 0
        var stalls = 0
    }

    private(set) var faults = Faults()
    private let trial: LockTrial
    private let project: TestProject
    private let proxy: PostgresProxy
    private let url: String
    private var generator: SeededGenerator
    private var histories: [String] = []
    private var workers: [RunningProcess] = []
    /// When stopped workers go on, by their places.
    private var stopped: [Int: ContinuousClock.Instant] = [:]
    private var stalledUntil: ContinuousClock.Instant?

    init(_ trial: LockTrial, _ project: TestProject, _ proxy: PostgresProxy, url: String) {
        self.trial = trial
        self.project = project
        self.proxy = proxy
        self.url = url
        generator = SeededGenerator(seed: trial.seed)
    }

    /// - Returns: the files of the workers' histories.
    mutating func play() async throws -> [String] {
        for _ in 1...trial.workers { workers.append(try start()) }
        let begin = ContinuousClock.now
        try await strike(until: begin + trial.duration)
        while try !hasSeenEnough(), ContinuousClock.now < begin + trial.duration * 5 {
            try await strike(until: .now + .seconds(2))
        }
        for worker in workers { try await kill(worker) }
        return histories
    }

    private func hasSeenEnough() throws -> Bool {
        trial.isEnough(LockCounts(try histories.flatMap(HistoryFile.operations)))
    }

    private mutating func strike(until end: ContinuousClock.Instant) async throws {
        while ContinuousClock.now < end {
            // The time in which they are left alone is a part of the trial.
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...150, using: &generator)))
            try await mend()
            try await strike()
        }
    }

    private mutating func start() throws -> RunningProcess {
        let history = "\(project.scratch)/history-\(histories.count)"
        let seed = UInt64.random(in: 1 ... .max, using: &generator)
        histories.append(history)
        return try project.start(
            try TestProject.program("lock-worker"),
            [url, history, "\(seed)"] + trial.stacks + (trial.ignoresTokens ? ["--without-a-check"] : []))
    }

    /// Lets go on what has stood still for long enough.
    private mutating func mend() async throws {
        let now = ContinuousClock.now
        for (place, until) in stopped where until < now {
            workers[place].send(SIGCONT)
            stopped[place] = nil
        }
        if let until = stalledUntil, until < now {
            await proxy.stall(false)
            stalledUntil = nil
        }
        for worker in workers {
            if let code = worker.exitCode { throw Timeout("a worker has ended by itself (\(code)): \(worker.stderr)") }
        }
    }

    private mutating func strike() async throws {
        let place = Int.random(in: workers.indices, using: &generator)
        let time = Duration.milliseconds(Int.random(in: 100...2500, using: &generator))
        switch Int.random(in: 1...20, using: &generator) {
        case 1...6 where stopped[place] == nil:
            workers[place].send(SIGSTOP)
            stopped[place] = ContinuousClock.now + time
            faults.stops += 1
        case 7...9:
            try await kill(workers[place])
            stopped[place] = nil
            workers[place] = try start()
            faults.kills += 1
        case 10...11:
            await proxy.cutAll()
            faults.cuts += 1
        case 12 where stalledUntil == nil:
            await proxy.stall(true)
            stalledUntil = ContinuousClock.now + time / 2
            faults.stalls += 1
        default: break
        }
    }

    private func kill(_ worker: RunningProcess) async throws {
        worker.send(SIGKILL)
        try await eventually("the worker is dead") { !worker.isRunning }
    }
}
