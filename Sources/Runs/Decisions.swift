import ChildProcess
package import Diagnostics
package import Fleet
import FoundationEssentials
import Glibc
import JSON
package import Records
import SystemPackage

extension RunRow {
    /// The golden template that its plan was made from.
    package var usedTemplate: UsedTemplate? { (try? binding?.decoded(as: PlanBinding.self))?.template }
}

extension ProjectStore {
    /// Who acts, as the operating system claims.
    package var userName: String { environment["USER"] ?? environment["LOGNAME"] ?? accountName() ?? "unknown" }

    /// Records that the caller approves a run's plan.
    ///
    /// - Returns: the approval that the plan has already; it stays as it is.
    /// - Throws: a `Diagnostic` when the run does not wait for an approval.
    package func approve(_ run: RunRow) async throws -> RunApproval? {
        if run.status == .planned, let known = run.approval { return known }
        guard run.status == .awaitingApproval else {
            throw Diagnostic.error(
                "run `\(run.id)` waits for no approval: it is `\(run.status.rawValue)`",
                hint: run.status == .planned ? "Apply it: `stack apply --run \(run.id)`" : nil, outcome: .refused)
        }
        try await records.approve(
            run: run.id, approval: RunApproval(user: userName, host: hostName(), at: Timestamp.text(Date())))
        return nil
    }

    /// Keeps a saved plan as it is while this process asks about it.
    package func hold(planOf run: RunRow) async throws {
        try await records.hold(planOf: run.id, for: try JSONValue(encoding: ProcessIdentity.current()))
    }

    /// Gives up a saved plan.
    ///
    /// - Throws: a `Diagnostic` when the run has none.
    package func discard(_ run: RunRow) async throws {
        guard run.status.hasPendingPlan else {
            throw Diagnostic.error(
                "run `\(run.id)` has no plan that waits: it is `\(run.status.rawValue)`",
                hint: run.status.isActive ? "`stack cancel \(run.id)` asks it to stop" : nil, outcome: .refused)
        }
        try await records.advance(run: run.id, to: .discarded, message: "discarded by \(userName)")
    }

    /// The plan of a run as it was shown; empty when it has none.
    package func planView(of run: RunRow) async throws -> [StyledLine] {
        guard let data = try await records.artifact(.view, run: run.id) else { return [] }
        return try decodedView(data)
    }

    /// The addresses that a run's plan deletes, replaces or forgets, with what it does.
    package func protectedChanges(of run: RunRow) throws -> [String: String] {
        try run.binding?.decoded(as: PlanBinding.self).protected ?? [:]
    }

    /// The newest event of a run; 0 when it has none.
    package func newestEvent(of run: String) async throws -> Int { try await records.newestEvent(of: run) }
}

/// The name of the process's user as the account database has it; a service or a container often lacks `USER`.
private func accountName() -> String? {
    var buffer = [CChar](repeating: 0, count: 16384)
    var entry = passwd()
    var result: UnsafeMutablePointer<passwd>?
    guard getpwuid_r(geteuid(), &entry, &buffer, buffer.count, &result) == 0, result != nil else { return nil }
    return entry.pw_name.map { String(cString: $0) }
}

/// A rendered plan as it is sealed: a list of lines, each a list of text and style.
func encodedView(_ lines: [StyledLine]) -> Data {
    var data = Data("[".utf8)
    // Part by part: the encoder's own tree of a large plan is many times its text.
    for start in stride(from: 0, to: lines.count, by: 1000) {
        let part = JSONValue.array(
            lines[start..<min(start + 1000, lines.count)].map { line in
                .array(line.spans.map { [.string($0.text), .string($0.style.rawValue)] })
            })
        if start > 0 { data.append(UInt8(ascii: ",")) }
        data.append(part.encoded().dropFirst().dropLast())
    }
    data.append(UInt8(ascii: "]"))
    return data
}

func decodedView(_ data: Data) throws -> [StyledLine] {
    try JSONDecoder().decode([[[String]]].self, from: data).map { line in
        StyledLine(
            line.compactMap { span in
                span.count == 2 ? StyledSpan(span[0], TextStyle(rawValue: span[1]) ?? .plain) : nil
            })
    }
}

extension ProjectStore {
    package var clusters: ClusterRegistry { ClusterRegistry(records: records) }

    /// A saved plan's run, as it is wanted to be applied: here, where it was planned or everything lies as it does there.
    package func planIsPending(_ run: RunRow) throws {
        guard !run.status.hasPendingPlan else { return try planIsOfThisMachine(run) }
        throw Diagnostic.error(
            "run `\(run.id)` cannot be applied: it is `\(run.status.rawValue)`",
            hint: "`stack plan` makes a new plan", outcome: .refused)
    }

    /// A plan has seen the path of its workspace. One of another machine is left to that machine: it is not stale there.
    private func planIsOfThisMachine(_ run: RunRow) throws {
        guard run.origin.host != hostName(), let binding = try run.binding?.decoded(as: PlanBinding.self),
            !FilePath(binding.workspace).starts(with: dataFolder)
        else { return }
        throw Diagnostic.error(
            "run `\(run.id)` was planned on `\(run.origin.host)`, in `\(binding.workspace)`, and a plan is applied where it "
                + "was made",
            hint: "Run `stack apply --run \(run.id)` there, or plan here", outcome: .refused)
    }
}
