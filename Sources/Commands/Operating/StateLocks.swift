import ArgumentParser
import ChildProcess
import FoundationEssentials
import JSON
import Records
import Runs
import Terminal

/// `stack state locks`
struct StateLocks: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "locks", abstract: "List the stacks that are locked, and who holds them.",
        discussion: """
            Examples:

              stack state locks
              stack state locks -o json
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        let names = try await store.stackNames()
        let locks = try await store.records.heldLocks()
        var table = Table(columns: ["STACK", "HOST", "USER", "PID", "RUN", "PHASE", "LAST WORD"])
        for lock in locks {
            let process = try? lock.owner.process.decoded(as: ProcessIdentity.self)
            table.append([
                names[lock.stack] ?? lock.stack, process?.host ?? "-", lock.owner.user ?? "-",
                process.map { "\($0.pid)" } ?? "-", lock.run, lock.phase ?? "-",
                context.moment(lock.lastWord.map(Timestamp.text) ?? lock.since) + (lock.hasExpired ? " (expired)" : ""),
            ])
        }
        let payload = locks.map { json(of: $0, stack: names[$0.stack] ?? $0.stack) }
        try context.write(
            payload, names: locks.map { names[$0.stack] ?? $0.stack }, table: table, format: format.output,
            whenEmpty: "No stack is locked.")
        return ExitStatus.done
    }

    private func json(of lock: LockHolder, stack: String) -> JSONValue {
        let process = try? lock.owner.process.decoded(as: ProcessIdentity.self)
        return [
            "stack": .string(stack), "run": .string(lock.run), "holder": .string(lock.owner.name),
            "host": process.map { .string($0.host) } ?? .null, "user": lock.owner.user.map { .string($0) } ?? .null,
            "pid": process.map { .number(.init($0.pid)) } ?? .null,
            "phase": lock.phase.map { .string($0) } ?? .null, "since": .string(lock.since),
            "lastWord": lock.lastWord.map { .string(Timestamp.text($0)) } ?? .null,
            "expired": .bool(lock.hasExpired), "token": .number(.init(lock.token)),
        ]
    }
}
