import Cryptography
import Diagnostics
import Foundation
import JSON
import Records
import SystemPackage

/// Times single transactions of `Records` on one database, for `Benchmarks/shared_database.py`.
///
/// Usage: `records-speed URL-OR-FILE COUNT`. Writes `{"stateWrite": [seconds, …], "lock": [seconds, …]}`.
@main
struct Main {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let count = Int(arguments[2]) else {
            fatalError("usage: records-speed PLACE COUNT")
        }
        let place = arguments[1]
        let database =
            if place.hasPrefix("postgres") {
                try await RecordsDatabase(postgres: place)
            } else {
                try await RecordsDatabase(sqliteAt: FilePath(place))
            }
        let key = try SealingKey(base64: Data(repeating: 1, count: 32).base64EncodedString(), source: "the benchmark")
        let records = try await database.records(of: UUID().uuidString, sealedWith: key)
        let stack = try await records.stack(named: "bench", orFirst: UUID().uuidString).id
        try await records.addGenesis(version(0), stack: stack)
        let run = UUID().uuidString
        let origin = RunOrigin(user: "bench", host: "bench", commit: nil, isClean: nil, program: "bench")
        try await records.begin(run: run, stack: stack, operation: .apply, origin: origin, process: .null)
        let owner = LockOwner(name: "bench", user: "bench", process: .null)

        let lockTimes = try await times(count) { _ in
            try await records.releaseLock(try await records.acquireLock(stack: stack, run: run, owner: owner).get())
        }
        let lock = try await records.acquireLock(stack: stack, run: run, owner: owner).get()
        let writeTimes = try await times(count) { try await records.takeIn(version($0 + 1), lock: lock) }
        let result: JSONValue = try [
            "lock": JSONValue(encoding: lockTimes), "stateWrite": JSONValue(encoding: writeTimes),
        ]
        print(result.text)
    }

    /// The state of a cluster and what belongs to it: 100 KB that compress as JSON does.
    private static func version(_ serial: Int) -> NewStateVersion {
        let resource =
            "{\"type\": \"aws_subnet\", \"attributes\": {\"id\": \"subnet-\(serial)\", \"arn\": \"arn:aws:ec2:…\"}}, "
        let text = String(repeating: resource, count: 100_000 / resource.utf8.count)
        return NewStateVersion(
            bytes: Data(text.utf8), lineage: "bench", serial: serial, terraformVersion: "1.11.4", resources: 1000)
    }

    private static func times(_ count: Int, _ work: (Int) async throws -> Void) async throws -> [Double] {
        var times: [Double] = []
        for number in 0..<count {
            let start = ContinuousClock.now
            try await work(number)
            times.append((ContinuousClock.now - start) / .seconds(1))
        }
        return times
    }
}
